using Market.Onnx.Tensors;

namespace Market.Onnx.Comparison;

/// <summary>How far apart runs of the same tasks lie, over many of them: what a tolerance is derived from.</summary>
/// <param name="RelativeL2">The largest of any output that lies beyond the absolute floor.</param>
/// <param name="ScaledMaximum">The largest of any output that lies beyond the absolute floor.</param>
/// <param name="LargestDifference">The largest difference of two elements of any output.</param>
/// <param name="Mismatch">What no tolerance allows, of the first pair that has it, or null.</param>
public sealed record Spread(double RelativeL2, double ScaledMaximum, double LargestDifference, string? Mismatch)
{
    /// <summary>No difference.</summary>
    public static Spread None { get; } = new(0, 0, 0, null);

    /// <summary>Of two runs of one task.</summary>
    /// <param name="a">One's outputs.</param>
    /// <param name="b">The other's.</param>
    /// <param name="absoluteFloor">Up to this largest difference, what an output lies apart relative to its size does not count.</param>
    /// <param name="choices">Labels that may differ where both results chose rightly from their own scores.</param>
    public static Spread Between(TensorMap a, TensorMap b, double absoluteFloor, IReadOnlyList<Choice> choices)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var whole = OutputComparison.Between(a, b, default, choices);
        if (whole.Mismatch is not null)
        {
            return None with { Mismatch = whole.Mismatch };
        }

        return a.Zip(b).Select(pair => OutputComparison.Between([pair.First], [pair.Second], default))
            .Where(one => one.LargestDifference > absoluteFloor)
            .Select(one => new Spread(one.RelativeL2, one.ScaledMaximum, 0, null))
            .Aggregate(None with { LargestDifference = whole.LargestDifference }, (all, one) => all.Or(one));
    }

    /// <summary>Both together: the larger of each.</summary>
    public Spread Or(Spread other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(
            Math.Max(RelativeL2, other.RelativeL2), Math.Max(ScaledMaximum, other.ScaledMaximum),
            Math.Max(LargestDifference, other.LargestDifference), Mismatch ?? other.Mismatch);
    }
}
