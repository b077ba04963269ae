using System.Globalization;
using Market.Jobs.Results;
using Market.Onnx.Comparison;
using Market.Onnx.Reading;

namespace Market.Jobs.Verification;

/// <summary>How far two replicas lie apart over all of their tasks.</summary>
/// <param name="RelativeL2">The largest relative L2 distance.</param>
/// <param name="ScaledMaximum">The largest scaled maximum distance.</param>
/// <param name="ShareOfTolerance">The largest share of the tolerance; above 1 they disagree.</param>
/// <param name="WorstTask">The task with the largest share; none if all bits agree.</param>
/// <param name="Mismatch">What cannot be compared at that task, or null.</param>
public sealed record PairDistance(double RelativeL2, double ScaledMaximum, double ShareOfTolerance, int? WorstTask, string? Mismatch)
{
    /// <summary>All bits agree.</summary>
    public static PairDistance None { get; } = new(0, 0, 0, null, null);

    /// <summary>The distance for people.</summary>
    public string InWords => Mismatch ?? string.Create(
        CultureInfo.InvariantCulture, $"{ShareOfTolerance:0.###} of the tolerance (relative L2 {RelativeL2:0.0E+0}, scaled maximum {ScaledMaximum:0.0E+0})");

    /// <summary>Whether it lies within tolerance.</summary>
    public bool IsWithin => Mismatch is null && ShareOfTolerance <= 1;

    /// <summary>The distance over one more task.</summary>
    public PairDistance With(int task, PairDistance found)
    {
        var worse = found.ShareOfTolerance > ShareOfTolerance || (WorstTask is null && found.ShareOfTolerance >= 0);
        return new PairDistance(
            Math.Max(RelativeL2, found.RelativeL2), Math.Max(ScaledMaximum, found.ScaledMaximum), Math.Max(ShareOfTolerance, found.ShareOfTolerance),
            worse ? task : WorstTask, worse ? found.Mismatch : Mismatch);
    }

    /// <summary>Whether a disagreement accuses nobody: see <see cref="OutputDistance.MayBeTie"/>.</summary>
    public bool MayBeTie { get; init; }

    /// <summary>Whether no honest run can lie so far off: what a provider may be accused of.</summary>
    public bool IsFraud => !IsWithin && !MayBeTie;

    /// <summary>Whether this disagreement says more than another: fraud says more than a tie, and farther more than nearer.</summary>
    public bool IsWorseThan(PairDistance other) => IsFraud == other.IsFraud ? ShareOfTolerance > other.ShareOfTolerance : IsFraud;

    /// <summary>The distance of two results of one task.</summary>
    internal static PairDistance Between(TaskResult a, TaskResult b, ComparisonLimits limits, ModelDescription model)
    {
        if (a.Digest == b.Digest)
        {
            return None;
        }

        if (a.Outputs is null || b.Outputs is null)
        {
            return Incomparable("an error against outputs, or another error");
        }

        var distance = OutputComparison.Between(a.Outputs, b.Outputs, limits, model.Choices);
        var found = distance.Mismatch is { } mismatch
            ? Incomparable(mismatch)
            : new PairDistance(distance.RelativeL2, distance.ScaledMaximum, distance.ShareOfTolerance, null, null);
        return found with { MayBeTie = distance.MayBeTie(model.OperatorsWithJumps.Any()) };
    }

    private static PairDistance Incomparable(string mismatch) =>
        new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, null, mismatch);
}
