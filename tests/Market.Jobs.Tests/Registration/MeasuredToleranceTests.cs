using CsCheck;
using Market.Jobs.Registration;
using Market.Onnx.Comparison;
using Market.Protocol.Bundles;

namespace Market.Jobs.Tests.Registration;

public sealed class MeasuredToleranceTests
{
    [Theory]
    [InlineData(1.26e-4, 0, null)]
    [InlineData(0, 6.26e-4, null)]
    [InlineData(double.PositiveInfinity, 0, null)]
    [InlineData(0, 0, "'y': 1 against 2")]
    public void None_is_given_beyond_the_largest_or_for_what_no_tolerance_allows(double l2, double maximum, string? mismatch) =>
        Assert.Null(MeasuredTolerance.Of(new Spread(l2, maximum, 0, mismatch)));

    [Theory]
    [InlineData(0, 0, 100_000, 500_000)]
    [InlineData(2.5e-5, 1.2e-4, 100_000, 500_000)]
    [InlineData(2.51e-5, 1.3e-4, 101_000, 520_000)]
    [InlineData(1.25e-4, 6.25e-4, 500_000, 2_500_000)]
    public void It_is_four_times_the_spread_and_at_least_the_default(double l2, double maximum, int relativeL2, int scaledMaximum) =>
        Assert.Equal(new Tolerance(relativeL2, scaledMaximum, 1000), MeasuredTolerance.Of(new Spread(l2, maximum, 1, null)));

    [Fact]
    public void Honest_runs_use_at_most_three_tenths_of_it() => Gen.Select(Gen.Double[0, 1e-3], Gen.Double[0, 1e-3]).Sample((l2, maximum) =>
        MeasuredTolerance.Of(new Spread(l2, maximum, 0, null)) is not { } tolerance
        || (l2 <= 0.3 * tolerance.RelativeL2Fraction && maximum <= 0.3 * tolerance.ScaledMaximumFraction && tolerance.IsAtLeast(Tolerance.Default)));
}
