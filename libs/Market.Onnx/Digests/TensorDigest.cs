using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Onnx.Digests;

/// <summary>The canonical digest of a tensor: the same for the same values on every machine (docs/results.md).</summary>
public static class TensorDigest
{
    /// <summary>How many payload bytes a leaf of a tensor's tree holds.</summary>
    /// <remarks>Half the size makes openings on chain cheaper but hashing slower than four fifths of plain SHA-256.</remarks>
    public const int ChunkSize = 2048;

    /// <summary>The digest of a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="TensorException">Its payload is not what its type and dimensions say.</exception>
    public static Digest Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorSize.Check(tensor);
        ReadOnlySpan<byte> payload = CanonicalElements.MayDiffer(tensor.Type) ? CanonicalElements.Of(tensor) : tensor.Data.Span;
        Span<byte> header = stackalloc byte[3 + (8 * TensorSize.MostRank) + 8 + 4 + Digest.Size];
        header[0] = 2;
        header[1] = (byte)tensor.Type;
        header[2] = (byte)tensor.Dims.Length;
        Span<byte> rest = header[3..];
        foreach (long dim in tensor.Dims)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, dim);
            rest = rest[8..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(rest[8..], ScaleBits(tensor.Type, payload));
        ChunkRoot(payload).CopyTo(rest[12..]);
        return Sha256.Hash(header[..(header.Length - rest.Length + 12 + Digest.Size)]);
    }

    /// <summary>The digest of a task's outputs, in the order in which the model declares them.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <exception cref="TensorException">There are none, or one is not what its type and dimensions say.</exception>
    public static Digest Of(TensorMap outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0)
        {
            throw new TensorException("No outputs; expected at least one.");
        }

        Digest[] leaves = [.. outputs.Select(o => NamedDigest(o.Key, Of(o.Value)))];
        return MerkleTree.Root(leaves);
    }

    private static Digest NamedDigest(string name, Digest value)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(name);
        byte[] bytes = new byte[5 + text.Length + Digest.Size];
        bytes[0] = 6;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), text.Length);
        text.CopyTo(bytes, 5);
        value.CopyTo(bytes.AsSpan(5 + text.Length));
        return Sha256.Hash(bytes);
    }

    private static Digest ChunkRoot(ReadOnlySpan<byte> payload)
    {
        var leaves = new Digest[Math.Max(1, (payload.Length + ChunkSize - 1) / ChunkSize)];
        Span<byte> prefix = stackalloc byte[13];
        for (int i = 0; i < leaves.Length; i++)
        {
            ReadOnlySpan<byte> chunk = payload.Slice(i * ChunkSize, Math.Min(ChunkSize, payload.Length - (i * ChunkSize)));
            BinaryPrimitives.WriteInt64BigEndian(prefix[1..], i);
            BinaryPrimitives.WriteInt32BigEndian(prefix[9..], chunk.Length);
            leaves[i] = Sha256.Hash(prefix, chunk);
        }

        return MerkleTree.Root(leaves);
    }

    /// <summary>The largest finite magnitude as the bits of a 32-bit float that is not smaller; 0 for what is not floating point.</summary>
    private static uint ScaleBits(ElementType type, ReadOnlySpan<byte> payload) => type switch
    {
        ElementType.Float or ElementType.Complex64 => (uint)CanonicalElements.LargestFinite(MemoryMarshal.Cast<byte, int>(payload), 0x7f800000),
        ElementType.Double or ElementType.Complex128 => RoundedUp(BitConverter.Int64BitsToDouble(
            CanonicalElements.LargestFinite(MemoryMarshal.Cast<byte, long>(payload), 0x7ff0000000000000))),
        ElementType.Float16 => BitConverter.SingleToUInt32Bits((float)BitConverter.Int16BitsToHalf(
            CanonicalElements.LargestFinite<short>(MemoryMarshal.Cast<byte, short>(payload), 0x7c00))),
        ElementType.BFloat16 => (uint)CanonicalElements.LargestFinite<short>(MemoryMarshal.Cast<byte, short>(payload), 0x7f80) << 16,
        _ => 0,
    };

    private static uint RoundedUp(double magnitude)
    {
        var rounded = (float)magnitude;
        return BitConverter.SingleToUInt32Bits(rounded < magnitude ? MathF.BitIncrement(rounded) : rounded);
    }
}
