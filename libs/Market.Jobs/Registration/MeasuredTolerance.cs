using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Jobs.Registration;

/// <summary>The tolerance that follows from how far honest machines were measured to lie apart.</summary>
public static class MeasuredTolerance
{
    /// <summary>How many times the measured spread is allowed: honest machines then use at most a quarter of the tolerance.</summary>
    /// <remarks>The rest is for classes that were not at hand and tasks that were not tried.</remarks>
    public const int Factor = 4;

    /// <summary>The largest tolerance that is given: about where 16-bit weights would pass on text recognition.</summary>
    public static Tolerance Largest { get; } = new(500_000, 2_500_000, Tolerance.Default.AbsoluteFloor);

    /// <summary>The largest difference that is left to the absolute floor alone.</summary>
    public static double LeftToFloor => Tolerance.Default.AbsoluteFloorValue / Factor;

    /// <summary>The tolerance, at least the default one; null where it would be beyond <see cref="Largest"/>.</summary>
    /// <param name="spread">What was measured, with <see cref="LeftToFloor"/>.</param>
    public static Tolerance? Of(Spread spread)
    {
        ArgumentNullException.ThrowIfNull(spread);
        var needed = new Tolerance(
            Bound(spread.RelativeL2, Tolerance.Default.RelativeL2), Bound(spread.ScaledMaximum, Tolerance.Default.ScaledMaximum), Tolerance.Default.AbsoluteFloor);
        return spread.Mismatch is null && Largest.IsAtLeast(needed) ? needed : null;
    }

    /// <summary>Rounded up to a millionth, so that a report reads well.</summary>
    private static int Bound(double found, int least) =>
        (int)Math.Clamp(Math.Ceiling(found * Factor * 1e6) * 1000, least, int.MaxValue);
}
