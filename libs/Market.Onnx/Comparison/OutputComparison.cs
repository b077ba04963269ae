using System.Numerics;
using System.Runtime.InteropServices;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Comparison;

/// <summary>
/// Compares two results of one task as a whole (docs/verification.md): norms, not elements, since near zero every honest
/// machine has large relative errors. NaN and infinities must stand in the same places.
/// </summary>
/// <remarks>All sums are in double precision, in the order of the elements, so that everybody gets the same answer.</remarks>
public static class OutputComparison
{
    /// <summary>The distance between two results.</summary>
    /// <param name="a">One result's outputs.</param>
    /// <param name="b">Another's.</param>
    /// <param name="limits">The job's tolerance.</param>
    /// <param name="choices">Labels, and the scores of the best, that may differ where both results chose rightly from their own scores.</param>
    public static OutputDistance Between(TensorMap a, TensorMap b, ComparisonLimits limits, params IReadOnlyList<Choice> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        string names = string.Join(", ", a.Select(o => o.Key)), others = string.Join(", ", b.Select(o => o.Key));
        if (names != others)
        {
            return Unequal($"outputs '{names}' against '{others}'");
        }

        OutputDistance farthest = new(0, 0, 0, null);
        foreach (((string name, Tensor x), (_, Tensor y)) in a.Zip(b))
        {
            OutputDistance distance = Between(x, y, limits);
            bool sameForm = x.Type == y.Type && x.Dims.AsSpan().SequenceEqual(y.Dims);
            if (!distance.IsWithin && sameForm && choices.Any(choice => choice.Covers(name) && choice.Holds(a) && choice.Holds(b)))
            {
                continue;
            }

            if (distance.Mismatch is not null)
            {
                return distance with { Mismatch = $"'{name}': {distance.Mismatch}" };
            }

            farthest = new(
                Math.Max(farthest.RelativeL2, distance.RelativeL2),
                Math.Max(farthest.ScaledMaximum, distance.ScaledMaximum),
                Math.Max(farthest.ShareOfTolerance, distance.ShareOfTolerance),
                null)
            {
                LargestDifference = Math.Max(farthest.LargestDifference, distance.LargestDifference),
            };
        }

        return farthest;
    }

    private static OutputDistance Between(Tensor a, Tensor b, ComparisonLimits limits)
    {
        if (a.Type != b.Type || !a.Dims.AsSpan().SequenceEqual(b.Dims))
        {
            return Unequal($"{a.Type}[{string.Join(',', a.Dims)}] against {b.Type}[{string.Join(',', b.Dims)}]");
        }

        TensorSize.Check(a);
        TensorSize.Check(b);
        if (a.Data.Span.SequenceEqual(b.Data.Span))
        {
            return new(0, 0, 0, null);
        }

        return a.Type switch
        {
            ElementType.Float or ElementType.Complex64 => Floats(MemoryMarshal.Cast<byte, float>(a.Data.Span), MemoryMarshal.Cast<byte, float>(b.Data.Span), limits),
            ElementType.Double or ElementType.Complex128 => Floats(MemoryMarshal.Cast<byte, double>(a.Data.Span), MemoryMarshal.Cast<byte, double>(b.Data.Span), limits),
            ElementType.Float16 => Floats(MemoryMarshal.Cast<byte, Half>(a.Data.Span), MemoryMarshal.Cast<byte, Half>(b.Data.Span), limits),
            ElementType.BFloat16 => Floats<float>(Widen(a.Data.Span), Widen(b.Data.Span), limits),
            _ => Exact(a, b),
        };
    }

    private static OutputDistance Exact(Tensor a, Tensor b)
    {
        ReadOnlySpan<byte> x = Digests.CanonicalElements.Of(a), y = Digests.CanonicalElements.Of(b);
        return x.SequenceEqual(y) ? new(0, 0, 0, null) : Unequal($"{a.Type} values differ from byte {x.CommonPrefixLength(y)} on") with { WholeNumbersDiffer = true };
    }

    private static OutputDistance Floats<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ComparisonLimits limits)
        where T : INumber<T>
    {
        double squares = 0, squaresA = 0, squaresB = 0, largest = 0, scale = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double x = double.CreateTruncating(a[i]), y = double.CreateTruncating(b[i]);
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                // Infinities equal themselves; NaN equals any NaN, whatever its bits.
                if (x.Equals(y))
                {
                    continue;
                }

                return Unequal($"element {i} is {x:R} against {y:R}");
            }

            double difference = Math.Abs(x - y);
            squares += difference * difference;
            squaresA += x * x;
            squaresB += y * y;
            largest = Math.Max(largest, difference);
            scale = Math.Max(scale, Math.Max(Math.Abs(x), Math.Abs(y)));
        }

        double l2 = Ratio(Math.Sqrt(squares), Math.Sqrt(Math.Max(squaresA, squaresB)));
        double maximum = Ratio(largest, scale);
        double relative = Math.Max(Ratio(l2, limits.RelativeL2), Ratio(maximum, limits.ScaledMaximum));
        return new(l2, maximum, Math.Min(relative, Ratio(largest, limits.AbsoluteFloor)), null) { LargestDifference = largest };
    }

    // Nothing of nothing is no difference; something of nothing is beyond every limit.
    private static double Ratio(double part, double whole) => part == 0 ? 0 : part / whole;

    private static float[] Widen(ReadOnlySpan<byte> brain) => [.. MemoryMarshal.Cast<byte, ushort>(brain).ToArray().Select(b => BitConverter.UInt32BitsToSingle((uint)b << 16))];

    private static OutputDistance Unequal(string mismatch) => new(0, 0, double.PositiveInfinity, mismatch);
}
