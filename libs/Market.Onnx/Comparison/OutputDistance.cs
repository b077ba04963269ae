namespace Market.Onnx.Comparison;

/// <summary>How far apart two results of one task lie.</summary>
/// <param name="RelativeL2">The largest over the outputs; 0 where only exact kinds were compared.</param>
/// <param name="ScaledMaximum">The largest over the outputs.</param>
/// <param name="ShareOfTolerance">
/// The largest over the outputs of: the larger of the two as a share of its limit, or the largest difference as a share of the
/// absolute floor if that is less. At most 1 is within tolerance.
/// </param>
/// <param name="Mismatch">What no tolerance allows (another name, type, shape, integer, NaN place), or null.</param>
public sealed record OutputDistance(double RelativeL2, double ScaledMaximum, double ShareOfTolerance, string? Mismatch)
{
    /// <summary>The largest difference of two floating-point elements, not scaled by anything.</summary>
    public double LargestDifference { get; init; }

    /// <summary>Whether the mismatch is of whole numbers, and of nothing else.</summary>
    public bool WholeNumbersDiffer { get; init; }

    /// <summary>Whether the two may lie apart although both are honest: whole numbers that a tie may have decided.</summary>
    /// <param name="modelHasJumps">Whether the model has operators with ties or discontinuities.</param>
    public bool MayBeTie(bool modelHasJumps) => WholeNumbersDiffer && modelHasJumps;

    /// <summary>Whether honest machines may differ so.</summary>
    public bool IsWithin => Mismatch is null && ShareOfTolerance <= 1;
}
