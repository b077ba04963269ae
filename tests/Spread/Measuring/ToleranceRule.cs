using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Spread.Measuring;

/// <summary>The tolerance of a model by how far honest configurations lay apart on sample inputs.</summary>
internal static class ToleranceRule
{
    /// <summary>The least: ten times what 32-bit models without long sums or steep ends differ by, so that other processors have room.</summary>
    public static Tolerance Least { get; } = new(20_000, 100_000, Tolerance.Default.AbsoluteFloor);

    /// <summary>The largest; what needs more is compared in one class only, where bits are equal.</summary>
    public static Tolerance Largest { get; } = new(500_000, 2_500_000, Tolerance.Default.AbsoluteFloor);

    /// <summary>The largest distance of samples is a twentieth of the tolerance: of text recognition, one input in 16 was found to lie six times farther than 16 samples.</summary>
    private const double Room = 20;

    /// <summary>The same where 16-bit weights would pass with more.</summary>
    private const double LessRoom = 8;

    /// <summary>The largest difference that is left to the absolute floor alone.</summary>
    public static double LeftToFloor { get; } = Tolerance.Default.AbsoluteFloorValue / Room;

    /// <param name="samples">Honest results on the samples.</param>
    /// <param name="catches">Whether a tolerance catches 16-bit weights on all samples.</param>
    /// <returns>Null where the samples lie too far apart for any tolerance.</returns>
    public static Tolerance? From(Spectrum samples, Func<Tolerance, bool> catches) =>
        From(samples, Room) is not { } wide || catches(wide) ? From(samples, Room) : From(samples, LessRoom);

    private static Tolerance? From(Spectrum samples, double room)
    {
        var needed = Least with
        {
            RelativeL2 = Bound(samples.LargestRelativeL2 * room, Least.RelativeL2),
            ScaledMaximum = Bound(samples.LargestScaledMaximum * room, Least.ScaledMaximum),
        };
        return samples.Mismatched == 0 && Largest.IsAtLeast(needed) ? needed : null;
    }

    public static ComparisonLimits Limits(Tolerance tolerance) => new(tolerance.RelativeL2Fraction, tolerance.ScaledMaximumFraction, tolerance.AbsoluteFloorValue);

    private static int Bound(double largest, int least) => (int)Math.Clamp(Math.Ceiling(largest * 1e9), least, int.MaxValue);
}
