namespace Market.Onnx.Comparison;

/// <summary>How far apart two results of one task lie.</summary>
/// <param name="RelativeL2">The largest over the outputs; 0 where only exact kinds were compared.</param>
/// <param name="ScaledMaximum">The largest over the outputs.</param>
/// <param name="ShareOfTolerance">The larger of the two as a share of its limit: at most 1 is within tolerance.</param>
/// <param name="Mismatch">What no tolerance allows (another name, type, shape, integer, NaN place), or null.</param>
public sealed record OutputDistance(double RelativeL2, double ScaledMaximum, double ShareOfTolerance, string? Mismatch)
{
    /// <summary>Whether honest machines may differ so.</summary>
    public bool IsWithin => Mismatch is null && ShareOfTolerance <= 1;
}
