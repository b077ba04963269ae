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

    /// <summary>A whole payload in canonical form.</summary>
    public static ReadOnlySpan<byte> Of(Tensor tensor)
    {
        uint scale = 0;
        return Of(tensor.Type, Unpacked(tensor.Type, tensor.Dims, tensor.Data.Span), ref scale);
    }

    /// <summary>The payload with a byte for each element of types that pack two into one.</summary>
    public static ReadOnlySpan<byte> Unpacked(ElementType type, ReadOnlySpan<long> dims, ReadOnlySpan<byte> payload) => type switch
    {
        ElementType.UInt4 => Unpack(dims, payload, nibble => nibble),
        ElementType.Int4 => Unpack(dims, payload, nibble => (byte)((sbyte)(nibble << 4) >> 4)),
        ElementType.Float4E2M1 => Unpack(dims, payload, nibble => nibble == 8 ? (byte)0 : nibble),
        _ => payload,
    };

    /// <summary>Whole elements of an unpacked payload in canonical form: the same memory where nothing had to change.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="elements">The elements.</param>
    /// <param name="scale">
    /// The largest finite magnitude so far as the bits of a 32-bit float that is not smaller; 0 for what is not floating point.
    /// </param>
    public static ReadOnlySpan<byte> Of(ElementType type, ReadOnlySpan<byte> elements, scoped ref uint scale)
    {
        switch (type)
        {
            case ElementType.Float or ElementType.Complex64:
                var single = (int)scale;
                elements = Floats(elements, 0x7f800000, 0x7fc00000, ref single);
                scale = (uint)single;
                break;
            case ElementType.Double or ElementType.Complex128:
                var twice = BitConverter.DoubleToInt64Bits(BitConverter.UInt32BitsToSingle(scale));
                elements = Floats(elements, 0x7ff0000000000000, 0x7ff8000000000000, ref twice);
                scale = RoundedUp(BitConverter.Int64BitsToDouble(twice));
                break;
            case ElementType.Float16:
                var half = BitConverter.HalfToInt16Bits((Half)BitConverter.UInt32BitsToSingle(scale));
                elements = Floats<short>(elements, 0x7c00, 0x7e00, ref half);
                scale = BitConverter.SingleToUInt32Bits((float)BitConverter.Int16BitsToHalf(half));
                break;
            case ElementType.BFloat16:
                var brain = (short)(scale >> 16);
                elements = Floats<short>(elements, 0x7f80, 0x7fc0, ref brain);
                scale = (uint)brain << 16;
                break;
            case ElementType.Float8E4M3FN:
                return Map(elements, E4M3, b => b == 0x80 ? (byte)0 : (byte)0x7f);
            case ElementType.Float8E5M2:
                return Map(elements, E5M2, b => b == 0x80 ? (byte)0 : (byte)0x7e);
            case ElementType.Bool:
                return Map(elements, OddBools, _ => 1);
        }

        return elements;
    }

    private static uint RoundedUp(double magnitude)
    {
        var rounded = (float)magnitude;
        return BitConverter.SingleToUInt32Bits(rounded < magnitude ? MathF.BitIncrement(rounded) : rounded);
    }

    /// <summary>Numbers as the bits of a sign, an exponent and a fraction: magnitudes are in the order of their bits, what lies above infinity is no number.</summary>
    private static ReadOnlySpan<byte> Floats<T>(ReadOnlySpan<byte> bytes, T infinity, T nan, scoped ref T largestFinite)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (!Scan(MemoryMarshal.Cast<byte, T>(bytes), infinity, ref largestFinite))
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

    /// <summary>Whether there is a NaN or a negative zero, which hardly any payload has, in one pass, a vector at a time.</summary>
    /// <remarks>The largest finite magnitude is looked for again only where something is larger than it, which becomes rare.</remarks>
    private static bool Scan<T>(ReadOnlySpan<T> values, T infinity, scoped ref T largestFinite)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        // As a signed number negative zero is the least there is, and magnitudes are ordered as their bits.
        var (leasts, mosts, magnitude) = (Vector<T>.Zero, Vector<T>.Zero, new Vector<T>(T.MaxValue));
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        foreach (var value in vectors)
        {
            leasts = Vector.Min(leasts, value);
            mosts = Vector.Max(mosts, value & magnitude);
        }

        var (least, most) = (T.Zero, T.Zero);
        foreach (var value in values[(vectors.Length * Vector<T>.Count)..])
        {
            (least, most) = (T.Min(least, value), T.Max(most, value & T.MaxValue));
        }

        if (most > largestFinite || Vector.GreaterThanAny(mosts, new Vector<T>(largestFinite)))
        {
            foreach (var value in values)
            {
                var found = value & T.MaxValue;
                largestFinite = found < infinity ? T.Max(largestFinite, found) : largestFinite;
            }
        }

        return least == T.MinValue || most > infinity
            || Vector.EqualsAny(leasts, new Vector<T>(T.MinValue)) || Vector.GreaterThanAny(mosts, new Vector<T>(infinity));
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
