using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Jobs.Registration;

/// <summary>The tolerance that follows from how far honest machines were measured to lie apart on sample inputs.</summary>
/// <remarks>
/// The room above the samples is for classes that were not at hand and tasks that were not tried: of text recognition, one input in 16
/// was found to lie six times farther apart than 16 samples (docs/verification.md).
/// </remarks>
public static class MeasuredTolerance
{
    /// <summary>How many times the measured spread is allowed.</summary>
    public const int Room = 20;

    /// <summary>The same where 16-bit weights would pass with more: honest machines then use an eighth of the tolerance on the samples.</summary>
    public const int LessRoom = 8;

    /// <summary>The largest tolerance that is given; what needs more is compared in one class only, where bits are equal.</summary>
    public static Tolerance Largest { get; } = new(500_000, 2_500_000, Tolerance.Default.AbsoluteFloor);

    /// <summary>The largest difference that is left to the absolute floor alone: twice what kernels differ by where they give nearly 0.</summary>
    public static double LeftToFloor => Tolerance.Default.AbsoluteFloorValue / 4;

    /// <summary>The tolerance; null where it would be beyond <see cref="Largest"/>.</summary>
    /// <param name="spread">What was measured.</param>
    /// <param name="catches">Whether a tolerance catches 16-bit weights on all samples.</param>
    /// <param name="least">The least tolerance; a job may not ask for less than the default one.</param>
    public static Tolerance? Of(Spread spread, Func<Tolerance, bool> catches, Tolerance least)
    {
        ArgumentNullException.ThrowIfNull(spread);
        ArgumentNullException.ThrowIfNull(catches);
        ArgumentNullException.ThrowIfNull(least);
        return Of(spread, Room, least) is { } wide && catches(wide) ? wide : Of(spread, LessRoom, least);
    }

    private static Tolerance? Of(Spread spread, int room, Tolerance least)
    {
        var needed = least with { RelativeL2 = Bound(spread.RelativeL2 * room, least.RelativeL2), ScaledMaximum = Bound(spread.ScaledMaximum * room, least.ScaledMaximum) };
        return spread.Mismatch is null && Largest.IsAtLeast(needed) ? needed : null;
    }

    private static int Bound(double found, int least) => (int)Math.Clamp(Math.Ceiling(found * 1e9), least, int.MaxValue);
}
