using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

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
        return Of(tensor.Type, tensor.Dims, tensor.Data.Span);
    }

    /// <inheritdoc cref="Of(Tensor)"/>
    internal static Digest Of(ElementType type, long[] dims, ReadOnlySpan<byte> data)
    {
        TensorSize.Check(type, dims, data);
        ReadOnlySpan<byte> payload = CanonicalElements.Of(type, dims, data);
        Span<byte> header = stackalloc byte[3 + (8 * TensorSize.MostRank) + 8 + 4 + Digest.Size];
        header[0] = 2;
        header[1] = (byte)type;
        header[2] = (byte)dims.Length;
        Span<byte> rest = header[3..];
        foreach (long dim in dims)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, dim);
            rest = rest[8..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(rest[8..], ScaleBits(type, payload));
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
    private static uint ScaleBits(ElementType type, ReadOnlySpan<byte> payload)
    {
        float scale = type switch
        {
            ElementType.Float or ElementType.Complex64 => LargestFinite(MemoryMarshal.Cast<byte, float>(payload)),
            ElementType.Double or ElementType.Complex128 => RoundUp(MemoryMarshal.Cast<byte, double>(payload)),
            ElementType.Float16 => Largest(MemoryMarshal.Cast<byte, Half>(payload), h => (float)h),
            ElementType.BFloat16 => Largest(MemoryMarshal.Cast<byte, ushort>(payload), b => BitConverter.UInt32BitsToSingle((uint)b << 16)),
            _ => 0,
        };
        return BitConverter.SingleToUInt32Bits(scale);
    }

    private static float LargestFinite(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return 0;
        }

        float largest = Math.Abs(TensorPrimitives.MaxMagnitude(values));
        return float.IsFinite(largest) ? largest : Largest(values, v => v);
    }

    private static float Largest<T>(ReadOnlySpan<T> values, Func<T, float> toFloat)
    {
        float largest = 0;
        foreach (T value in values)
        {
            float magnitude = Math.Abs(toFloat(value));
            largest = float.IsFinite(magnitude) ? Math.Max(largest, magnitude) : largest;
        }

        return largest;
    }

    private static float RoundUp(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = double.IsFinite(value) ? Math.Max(largest, Math.Abs(value)) : largest;
        }

        float rounded = (float)largest;
        return rounded < largest ? MathF.BitIncrement(rounded) : rounded;
    }
}
