using System.Buffers.Binary;
using System.Security.Cryptography;
using Market.Protocol.Ids;

namespace Market.Protocol.Bundles;

/// <summary>What a contract must know of a job, in front of its manifest: the digest of these bytes is what a job's spec names (docs/content.md, "Head").</summary>
/// <param name="Manifest">The digest of the bundle's bytes.</param>
/// <param name="Model">The model's root; null where no contract may judge the job, so that no trace of it can be demanded.</param>
/// <param name="Inputs">The root over all tasks' inputs; null where <paramref name="Model"/> is.</param>
/// <param name="Tolerance">The bundle's.</param>
public sealed record BundleHead(ContentDigest Manifest, ModelRoot? Model, Bytes32? Inputs, Tolerance Tolerance)
{
    /// <summary>How many bytes every head has.</summary>
    public const int Size = 2 + (3 * Bytes32.Length) + (3 * sizeof(int));

    private const byte Domain = 0x15;
    private const byte Version = 1;

    /// <summary>The head of a job that no contract judges.</summary>
    public static BundleHead WithoutModel(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new BundleHead(bundle.Digest(), null, null, bundle.Tolerance);
    }

    /// <summary>15 ‖ 01 ‖ manifest ‖ model root ‖ inputs root ‖ u32 relative L2 ‖ u32 scaled maximum ‖ u32 absolute floor.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        (bytes[0], bytes[1]) = (Domain, Version);
        Manifest.Value.CopyTo(bytes.AsSpan(2));
        (Model?.Value ?? default).CopyTo(bytes.AsSpan(34));
        (Inputs ?? default).CopyTo(bytes.AsSpan(66));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(98), Tolerance.RelativeL2);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(102), Tolerance.ScaledMaximum);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(106), Tolerance.AbsoluteFloor);
        return bytes;
    }

    /// <summary>The digest that the job's spec names.</summary>
    public ContentDigest Digest() => new(SHA256.HashData(ToBytes()));

    /// <summary>Reads a head that somebody else wrote.</summary>
    /// <exception cref="FormatException">It is none; the message says what was found and what was expected.</exception>
    public static BundleHead Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || bytes[0] != Domain || bytes[1] != Version)
        {
            throw new FormatException($"A head of {bytes.Length} bytes that begins with {Convert.ToHexString(bytes[..Math.Min(2, bytes.Length)])} found, expected {Size} bytes that begin with 1501.");
        }

        var (model, inputs) = (new ModelRoot(bytes[34..66]), new Bytes32(bytes[66..98]));
        if (model.Value.IsZero != inputs.IsZero)
        {
            throw new FormatException("A head with only one of model root and inputs root found, expected both or none.");
        }

        var tolerance = new Tolerance(
            BinaryPrimitives.ReadInt32BigEndian(bytes[98..]), BinaryPrimitives.ReadInt32BigEndian(bytes[102..]), BinaryPrimitives.ReadInt32BigEndian(bytes[106..]));
        return new BundleHead(new ContentDigest(bytes[2..34]), model.Value.IsZero ? null : model, inputs.IsZero ? null : inputs, tolerance);
    }
}
