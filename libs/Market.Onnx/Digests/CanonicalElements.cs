using System.Buffers;
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
    // Negative zero and what is no number, of types of one byte; and what is true without being 1.
    private static readonly SearchValues<byte> E4M3 = SearchValues.Create(0x80, 0x7f, 0xff);
    private static readonly SearchValues<byte> E5M2 = SearchValues.Create(0x80, 0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff);
    private static readonly SearchValues<byte> OddBools = SearchValues.Create([.. Enumerable.Range(2, 254).Select(b => (byte)b)]);

    /// <summary>Whether the payload as the runtime holds it can differ from the canonical one.</summary>
    public static bool MayDiffer(ElementType type) => type is not (ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16
        or ElementType.Int32 or ElementType.Int64 or ElementType.UInt32 or ElementType.UInt64 or ElementType.String);

    /// <summary>The payload in canonical form: the same memory where nothing had to change.</summary>
    public static ReadOnlySpan<byte> Of(Tensor tensor) => tensor.Type switch
    {
        ElementType.Float or ElementType.Complex64 => Floats(tensor.Data.Span, 0x7f800000, 0x7fc00000),
        ElementType.Double or ElementType.Complex128 => Floats(tensor.Data.Span, 0x7ff0000000000000, 0x7ff8000000000000),
        ElementType.Float16 => Floats<short>(tensor.Data.Span, 0x7c00, 0x7e00),
        ElementType.BFloat16 => Floats<short>(tensor.Data.Span, 0x7f80, 0x7fc0),
        ElementType.Float8E4M3FN => Map(tensor.Data.Span, E4M3, b => b == 0x80 ? (byte)0 : (byte)0x7f),
        ElementType.Float8E5M2 => Map(tensor.Data.Span, E5M2, b => b == 0x80 ? (byte)0 : (byte)0x7e),
        ElementType.Bool => Map(tensor.Data.Span, OddBools, _ => 1),
        ElementType.UInt4 => Unpack(tensor, nibble => nibble),
        ElementType.Int4 => Unpack(tensor, nibble => (byte)((sbyte)(nibble << 4) >> 4)),
        ElementType.Float4E2M1 => Unpack(tensor, nibble => nibble == 8 ? (byte)0 : nibble),
        _ => tensor.Data.Span,
    };

    /// <summary>The bits of the largest finite magnitude; 0 where there is none.</summary>
    /// <param name="values">Numbers as the bits of a sign, an exponent and a fraction: magnitudes are in the order of their bits.</param>
    /// <param name="infinity">The bits of infinity; no smaller ones are infinite or no number.</param>
    public static T LargestFinite<T>(ReadOnlySpan<T> values, T infinity)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (magnitude, bound, most) = (new Vector<T>(T.MaxValue), new Vector<T>(infinity), Vector<T>.Zero);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var value = new Vector<T>(values[i..]) & magnitude;
            most = Vector.Max(most, value & Vector.LessThan(value, bound));
        }

        var largest = T.Zero;
        for (var lane = 0; lane < Vector<T>.Count; lane++)
        {
            largest = T.Max(largest, most[lane]);
        }

        foreach (var bits in values[i..])
        {
            largest = (bits & T.MaxValue) < infinity ? T.Max(largest, bits & T.MaxValue) : largest;
        }

        return largest;
    }

    // NaN and -0 are found on the bits, a vector at a time; hardly any payload has them.
    private static ReadOnlySpan<byte> Floats<T>(ReadOnlySpan<byte> bytes, T infinity, T nan)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (!NeedsChange(MemoryMarshal.Cast<byte, T>(bytes), infinity))
        {
            return bytes;
        }

        var copy = bytes.ToArray();
        foreach (ref var value in MemoryMarshal.Cast<byte, T>(copy.AsSpan()))
        {
            value = (value & T.MaxValue) > infinity ? nan : value == T.MinValue ? T.Zero : value;
        }

        return copy;
    }

    private static bool NeedsChange<T>(ReadOnlySpan<T> values, T infinity)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (negativeZero, magnitude, bound) = (new Vector<T>(T.MinValue), new Vector<T>(T.MaxValue), new Vector<T>(infinity));
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var value = new Vector<T>(values[i..]);
            if (Vector.EqualsAny(value, negativeZero) || Vector.GreaterThanAny(value & magnitude, bound))
            {
                return true;
            }
        }

        foreach (var bits in values[i..])
        {
            if (bits == T.MinValue || (bits & T.MaxValue) > infinity)
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Map(ReadOnlySpan<byte> bytes, SearchValues<byte> special, Func<byte, byte> canonical)
    {
        if (!bytes.ContainsAny(special))
        {
            return bytes;
        }

        var copy = bytes.ToArray();
        foreach (ref var value in copy.AsSpan())
        {
            value = special.Contains(value) ? canonical(value) : value;
        }

        return copy;
    }

    private static ReadOnlySpan<byte> Unpack(Tensor tensor, Func<byte, byte> canonical)
    {
        byte[] unpacked = new byte[TensorSize.Elements(tensor.Dims)];
        ReadOnlySpan<byte> packed = tensor.Data.Span;
        for (int i = 0; i < unpacked.Length; i++)
        {
            unpacked[i] = canonical((byte)((packed[i / 2] >> (i % 2 * 4)) & 15));
        }

        return unpacked;
    }
}
