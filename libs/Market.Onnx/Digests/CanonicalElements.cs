using System.Numerics;
using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Onnx.Digests;

/// <summary>
/// What makes elements equal on every machine before they are hashed: one NaN for all, no negative zero, one byte for
/// what is packed. Numbers are never rounded.
/// </summary>
internal static class CanonicalElements
{
    /// <summary>The payload in canonical form: the same memory where nothing had to change.</summary>
    public static ReadOnlySpan<byte> Of(Tensor tensor) => Of(tensor.Type, tensor.Dims, tensor.Data.Span);

    /// <inheritdoc cref="Of(Tensor)"/>
    public static ReadOnlySpan<byte> Of(ElementType type, ReadOnlySpan<long> dims, ReadOnlySpan<byte> payload) => type switch
    {
        ElementType.Float or ElementType.Complex64 => Floats(payload),
        ElementType.Double or ElementType.Complex128 => Doubles(payload),
        ElementType.Float16 => Words(payload, 0x7c00, 0x7e00),
        ElementType.BFloat16 => Words(payload, 0x7f80, 0x7fc0),
        ElementType.Float8E4M3FN => Map(payload, b => (byte)((b & 0x7f) == 0x7f ? 0x7f : b == 0x80 ? 0 : b)),
        ElementType.Float8E5M2 => Map(payload, b => (byte)((b & 0x7f) > 0x7c ? 0x7e : b == 0x80 ? 0 : b)),
        ElementType.Bool => Map(payload, b => (byte)(b == 0 ? 0 : 1)),
        ElementType.UInt4 => Unpack(dims, payload, nibble => nibble),
        ElementType.Int4 => Unpack(dims, payload, nibble => (byte)((sbyte)(nibble << 4) >> 4)),
        ElementType.Float4E2M1 => Unpack(dims, payload, nibble => nibble == 8 ? (byte)0 : nibble),
        _ => payload,
    };

    // NaN and -0 are found on the bits, eight or more at a time; hardly any payload has them.
    private static ReadOnlySpan<byte> Floats(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<byte, int>(bytes);
        if (!NeedsChange(bits))
        {
            return bytes;
        }

        byte[] copy = bytes.ToArray();
        foreach (ref float value in MemoryMarshal.Cast<byte, float>(copy.AsSpan()))
        {
            value = float.IsNaN(value) ? BitConverter.Int32BitsToSingle(0x7fc00000) : value + 0f;
        }

        return copy;
    }

    private static bool NeedsChange(ReadOnlySpan<int> bits)
    {
        int i = 0;
        var negativeZero = new Vector<int>(int.MinValue);
        var magnitude = new Vector<int>(int.MaxValue);
        var infinity = new Vector<int>(0x7f800000);
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var value = new Vector<int>(bits[i..]);
            if (Vector.EqualsAny(value, negativeZero) || Vector.GreaterThanAny(value & magnitude, infinity))
            {
                return true;
            }
        }

        for (; i < bits.Length; i++)
        {
            if (bits[i] == int.MinValue || (bits[i] & int.MaxValue) > 0x7f800000)
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Doubles(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        foreach (ref double value in MemoryMarshal.Cast<byte, double>(copy.AsSpan()))
        {
            value = double.IsNaN(value) ? BitConverter.Int64BitsToDouble(0x7ff8000000000000) : value + 0d;
        }

        return copy;
    }

    private static ReadOnlySpan<byte> Words(ReadOnlySpan<byte> bytes, ushort infinity, ushort nan)
    {
        byte[] copy = bytes.ToArray();
        foreach (ref ushort value in MemoryMarshal.Cast<byte, ushort>(copy.AsSpan()))
        {
            value = (value & 0x7fff) > infinity ? nan : value == 0x8000 ? (ushort)0 : value;
        }

        return copy;
    }

    private static ReadOnlySpan<byte> Map(ReadOnlySpan<byte> bytes, Func<byte, byte> canonical)
    {
        byte[] copy = bytes.ToArray();
        foreach (ref byte value in copy.AsSpan())
        {
            value = canonical(value);
        }

        return copy;
    }

    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<long> dims, ReadOnlySpan<byte> packed, Func<byte, byte> canonical)
    {
        byte[] unpacked = new byte[TensorSize.Elements(dims)];
        for (int i = 0; i < unpacked.Length; i++)
        {
            unpacked[i] = canonical((byte)((packed[i / 2] >> (i % 2 * 4)) & 15));
        }

        return unpacked;
    }
}
