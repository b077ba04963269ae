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
internal sealed record PairDistance(double RelativeL2, double ScaledMaximum, double ShareOfTolerance, int? WorstTask, string? Mismatch)
{
    public static PairDistance None { get; } = new(0, 0, 0, null, null);

    public bool IsWithin => Mismatch is null && ShareOfTolerance <= 1;

    public PairDistance With(int task, PairDistance found)
    {
        var worse = found.ShareOfTolerance > ShareOfTolerance || (WorstTask is null && found.ShareOfTolerance >= 0);
        return new PairDistance(
            Math.Max(RelativeL2, found.RelativeL2), Math.Max(ScaledMaximum, found.ScaledMaximum), Math.Max(ShareOfTolerance, found.ShareOfTolerance),
            worse ? task : WorstTask, worse ? found.Mismatch : Mismatch);
    }

    /// <summary>Whether a disagreement accuses nobody: see <see cref="OutputDistance.MayBeTie"/>.</summary>
    public bool MayBeTie { get; init; }

    /// <summary>Whether it accuses more than another: what a tie may explain accuses least.</summary>
    public bool IsWorseThan(PairDistance other) =>
        MayBeTie == other.MayBeTie ? ShareOfTolerance > other.ShareOfTolerance : other.MayBeTie;

    public static PairDistance Between(TaskResult a, TaskResult b, ComparisonLimits limits, ModelDescription model)
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
