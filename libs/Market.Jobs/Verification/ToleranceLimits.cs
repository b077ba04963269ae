using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Jobs.Verification;

/// <summary>A job's tolerance as what outputs are compared by.</summary>
public static class ToleranceLimits
{
    /// <summary>The same bounds as numbers.</summary>
    public static ComparisonLimits ToLimits(this Tolerance tolerance)
    {
        ArgumentNullException.ThrowIfNull(tolerance);
        return new ComparisonLimits(tolerance.RelativeL2Fraction, tolerance.ScaledMaximumFraction, tolerance.AbsoluteFloorValue);
    }
}
