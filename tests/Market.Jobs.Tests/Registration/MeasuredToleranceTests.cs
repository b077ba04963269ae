using CsCheck;
using Market.Jobs.Registration;
using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Jobs.Tests.Registration;

public sealed class MeasuredToleranceTests
{
    private static Tolerance? Of(double l2, double maximum, string? mismatch = null, bool catches = true) =>
        MeasuredTolerance.Of(new Spread(l2, maximum, 1, mismatch), _ => catches, Tolerance.Default);

    [Theory]
    [InlineData(6.26e-5, 0, null)]
    [InlineData(0, 3.13e-4, null)]
    [InlineData(double.PositiveInfinity, 0, null)]
    [InlineData(0, 0, "'y': 1 against 2")]
    public void None_is_given_beyond_the_largest_or_for_what_no_tolerance_allows(double l2, double maximum, string? mismatch) =>
        Assert.Null(Of(l2, maximum, mismatch));

    [Theory]
    [InlineData(0, 0, true, 100_000, 500_000)]
    [InlineData(5e-6, 2.5e-5, true, 100_000, 500_000)]
    [InlineData(6e-6, 3e-5, true, 120_000, 600_000)]
    [InlineData(2.5e-5, 1.25e-4, true, 500_000, 2_500_000)]
    [InlineData(2.5e-5, 1.25e-4, false, 200_000, 1_000_000)]
    [InlineData(6.25e-5, 3.125e-4, true, 500_000, 2_500_000)]
    public void It_has_room_for_twenty_times_the_spread_or_for_eight_where_rounded_weights_would_pass_and_is_at_least_the_default(
        double l2, double maximum, bool catches, int relativeL2, int scaledMaximum) =>
        Assert.Equal(new Tolerance(relativeL2, scaledMaximum, 1000), Of(l2, maximum, catches: catches));

    [Fact]
    public void Honest_runs_use_at_most_an_eighth_of_it() => Gen.Select(Gen.Double[0, 1e-3], Gen.Double[0, 1e-3], Gen.Bool).Sample((l2, maximum, catches) =>
        Of(l2, maximum, catches: catches) is not { } tolerance
        || (l2 <= 0.1251 * tolerance.RelativeL2Fraction && maximum <= 0.1251 * tolerance.ScaledMaximumFraction && tolerance.IsAtLeast(Tolerance.Default)));
}
