using Market.Jobs.Registration;
using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Spread.Measuring;

/// <summary>The tolerance of a model by how far honest configurations lay apart on sample inputs: registration's rule, with a smaller least.</summary>
internal static class ToleranceRule
{
    /// <summary>The least: ten times what 32-bit models without long sums or steep ends differ by, so that other processors have room.</summary>
    public static Tolerance Least { get; } = new(20_000, 100_000, Tolerance.Default.AbsoluteFloor);

    /// <summary>The largest difference that is left to the absolute floor alone.</summary>
    public static double LeftToFloor { get; } = Tolerance.Default.AbsoluteFloorValue / MeasuredTolerance.Room;

    /// <param name="samples">Honest results on the samples.</param>
    /// <param name="catches">Whether a tolerance catches 16-bit weights on all samples.</param>
    /// <returns>Null where the samples lie too far apart for any tolerance.</returns>
    public static Tolerance? From(Spectrum samples, Func<Tolerance, bool> catches) => MeasuredTolerance.Of(
        new Onnx.Comparison.Spread(samples.LargestRelativeL2, samples.LargestScaledMaximum, 0, samples.Mismatched == 0 ? null : $"{samples.Mismatched} pairs"), catches, Least);

    public static ComparisonLimits Limits(Tolerance tolerance) => new(tolerance.RelativeL2Fraction, tolerance.ScaledMaximumFraction, tolerance.AbsoluteFloorValue);
}
