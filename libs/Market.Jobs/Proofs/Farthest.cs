using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Jobs.Proofs;

/// <summary>The element at which two tensors lie farthest apart.</summary>
/// <param name="Index">Its place; 0 where types or shapes differ.</param>
/// <param name="Difference">By how much, as a part of the largest magnitude; infinite where that says nothing.</param>
public readonly record struct Farthest(long Index, double Difference)
{
    /// <summary>Compares; null where all is equal. A negative zero equals zero, and NaN equals NaN.</summary>
    public static Farthest? Between(Tensor one, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Type != other.Type || !one.Dims.AsSpan().SequenceEqual(other.Dims) || one.Data.Length != other.Data.Length ? new Farthest(0, double.PositiveInfinity)
            : one.Type switch
            {
                ElementType.Float => OfNumbers(MemoryMarshal.Cast<byte, float>(one.Data.Span), MemoryMarshal.Cast<byte, float>(other.Data.Span), x => x),
                ElementType.Double => OfNumbers(MemoryMarshal.Cast<byte, double>(one.Data.Span), MemoryMarshal.Cast<byte, double>(other.Data.Span), x => x),
                ElementType.Float16 => OfNumbers(MemoryMarshal.Cast<byte, Half>(one.Data.Span), MemoryMarshal.Cast<byte, Half>(other.Data.Span), x => (double)x),
                _ => OfBytes(one, other),
            };
    }

    private static Farthest? OfNumbers<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other, Func<T, double> worth)
        where T : unmanaged
    {
        var (largest, most, at) = (0.0, -1.0, 0);
        for (var i = 0; i < one.Length; i++)
        {
            var (a, b) = (worth(one[i]), worth(other[i]));
            if (a.Equals(b) || a == b)
            {
                largest = double.IsFinite(a) ? Math.Max(largest, Math.Abs(a)) : largest;
                continue;
            }

            var difference = double.IsFinite(a) && double.IsFinite(b) ? Math.Abs(a - b) : double.PositiveInfinity;
            largest = double.IsFinite(difference) ? Math.Max(largest, Math.Max(Math.Abs(a), Math.Abs(b))) : largest;
            (most, at) = difference > most ? (difference, i) : (most, at);
        }

        return most < 0 ? null : new Farthest(at, most / largest);
    }

    private static Farthest? OfBytes(Tensor one, Tensor other)
    {
        var same = one.Data.Span.CommonPrefixLength(other.Data.Span);
        var count = one.Dims.Aggregate(1L, (product, dim) => product * dim);
        return same == one.Data.Length ? null : new Farthest(same / Math.Max(1, one.Data.Length / Math.Max(1, count)), double.PositiveInfinity);
    }
}
