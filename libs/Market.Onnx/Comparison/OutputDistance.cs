namespace Market.Onnx.Comparison;

/// <summary>How far apart two results of one task lie.</summary>
/// <param name="RelativeL2">The largest over the outputs; 0 where only exact kinds were compared.</param>
/// <param name="ScaledMaximum">The largest over the outputs.</param>
/// <param name="ShareOfTolerance">The larger of the two as a share of its limit: at most 1 is within tolerance.</param>
/// <param name="Mismatch">What no tolerance allows (another name, type, shape, integer, NaN place), or null.</param>
public sealed record OutputDistance(double RelativeL2, double ScaledMaximum, double ShareOfTolerance, string? Mismatch)
{
    /// <summary>What rounding alone may come to where values of magnitude one cancel or saturate: 16 units in the last place of a 32-bit 1.</summary>
    private const double Rounding = 1.0 / (1 << 20);

    /// <summary>The largest difference of two floating-point elements, not scaled by anything.</summary>
    public double LargestDifference { get; init; }

    /// <summary>Whether the mismatch is of whole numbers, and of nothing else.</summary>
    public bool WholeNumbersDiffer { get; init; }

    /// <summary>
    /// Whether the two may lie apart although both are honest: outputs all so near zero that rounding is all they are, or whole
    /// numbers that a tie may have decided.
    /// </summary>
    /// <param name="modelHasJumps">Whether the model has operators with ties or discontinuities.</param>
    public bool MayBeRounding(bool modelHasJumps) =>
        Mismatch is null ? LargestDifference <= Rounding : WholeNumbersDiffer && modelHasJumps;

    /// <summary>Whether honest machines may differ so.</summary>
    public bool IsWithin => Mismatch is null && ShareOfTolerance <= 1;
}
