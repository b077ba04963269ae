using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Conformance;

/// <summary>The comparison of the ONNX backend tests: element by element, |a − e| ≤ 1e-7 + 1e-3·|e|; what is no float exactly.</summary>
internal static class Closeness
{
    private const double Absolute = 1e-7;
    private const double Relative = 1e-3;

    /// <summary>What differs, or null.</summary>
    public static string? Difference(Tensor found, Tensor expected)
    {
        if (found.Type != expected.Type)
        {
            return $"type {found.Type} instead of {expected.Type}";
        }

        if (!found.Dims.AsSpan().SequenceEqual(expected.Dims))
        {
            return $"shape [{string.Join(',', found.Dims)}] instead of [{string.Join(',', expected.Dims)}]";
        }

        if (Floats(expected) is not { } wanted)
        {
            return found.Data.Span.SequenceEqual(expected.Data.Span) ? null : "elements differ";
        }

        var given = Floats(found)!;
        for (var i = 0; i < wanted.Length; i++)
        {
            var (a, e) = (given[i], wanted[i]);
            var same = a.Equals(e) || Math.Abs(a - e) <= Absolute + Relative * Math.Abs(e);
            if (!same)
            {
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"element {i} is {a:G9} instead of {e:G9}");
            }
        }

        return null;
    }

    private static double[]? Floats(Tensor tensor)
    {
        var data = tensor.Data.Span;
        return tensor.Type switch
        {
            ElementType.Float => Convert(MemoryMarshal.Cast<byte, float>(data), value => value),
            ElementType.Double => data.Length == 0 ? [] : MemoryMarshal.Cast<byte, double>(data).ToArray(),
            ElementType.Float16 => Convert(MemoryMarshal.Cast<byte, Half>(data), value => (double)value),
            ElementType.BFloat16 => Convert(MemoryMarshal.Cast<byte, ushort>(data), value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
            _ => null,
        };
    }

    private static double[] Convert<T>(ReadOnlySpan<T> values, Func<T, double> convert)
    {
        var converted = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            converted[i] = convert(values[i]);
        }

        return converted;
    }
}
