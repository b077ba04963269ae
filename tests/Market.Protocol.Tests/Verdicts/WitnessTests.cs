using Market.Protocol.Verdicts;

namespace Market.Protocol.Tests.Verdicts;

public sealed class WitnessTests
{
    private static Witness Of(params ReadOnlySpan<float> numbers) => new([.. numbers]);

    private static Witness With(float scale, float number) => Of(scale, number, 0, 0, 0, 0, 0, 0, 0);

    [Theory]
    [InlineData(10, 3, 10, 3.011f)]
    [InlineData(10, 3, 10.02f, 3)]
    [InlineData(10, float.NaN, 10, 3)]
    [InlineData(10, 3, 10, float.NaN)]
    [InlineData(10, float.PositiveInfinity, 10, float.NegativeInfinity)]
    [InlineData(0, 0, 0, 2e-6f)]
    public void Refuses_numbers_that_no_honest_run_gives(float scale, float number, float claimedScale, float claimed) =>
        Assert.NotNull(With(claimedScale, claimed).FaultAgainst(With(scale, number)));

    [Fact]
    public void Refuses_another_number_of_values_and_sizes_that_no_witness_has()
    {
        Assert.Contains("expected 18", With(1, 1).FaultAgainst(new Witness([.. With(1, 1).Numbers, .. With(1, 1).Numbers])), StringComparison.Ordinal);
        Assert.Equal([9, 18, 27], Enumerable.Range(0, 50).Where(length => new Witness([.. new float[length]]).IsSound));
    }

    [Theory]
    [InlineData(10, 3, 10, 3.009f)]
    [InlineData(10, 3, 10.009f, 3)]
    [InlineData(10, float.NaN, 10, float.NaN)]
    [InlineData(10, float.PositiveInfinity, 10, float.PositiveInfinity)]
    [InlineData(0, 0, 0, -9e-7f)]
    [InlineData(10, 0f, 10, -0f)]
    public void Takes_what_honest_machines_differ_by(float scale, float number, float claimedScale, float claimed) =>
        Assert.Null(With(claimedScale, claimed).FaultAgainst(With(scale, number)));
}
