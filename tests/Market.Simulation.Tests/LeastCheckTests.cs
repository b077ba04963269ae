using CsCheck;
using Market.Protocol.Money;
using Market.Protocol.Trust;
using Market.Simulation.Prices;

namespace Market.Simulation.Tests;

public sealed class LeastCheckTests
{
    private static readonly BasisPoints Audit = new(1000);

    [Fact]
    public void Knows_no_floor_for_a_stake_that_no_check_makes_enough() =>
        Assert.Null(LeastCheck.Floor(200, 1, Audit, backing: 5, cover: 20));

    [Theory]
    [InlineData(66, 1, 300)]
    [InlineData(330, 1, 60)]
    [InlineData(330, 5, 300)]
    [InlineData(430, 20, 950)]
    public void Takes_the_floor_from_stake_and_cover(double backing, double cover, int expected)
    {
        var floor = LeastCheck.Floor(200, 1, Audit, backing, cover)!.Value;
        Assert.InRange(floor.Value, expected * 0.9, expected * 1.05);
    }

    // Without an outside gain only the saved work tempts: one sampled task of 200 is enough against 10 rewards, of one task a large share is not.
    [Fact]
    public void Takes_the_floor_against_laziness_where_tasks_are_few()
    {
        Assert.InRange(LeastCheck.Floor(200, 1, Audit, 10, 0)!.Value.Value, 1, 100);
        Assert.InRange(LeastCheck.Floor(1, 1, Audit, 10, 0)!.Value.Value, 1100, 1400);
    }

    [Fact]
    public void The_floor_is_the_least_share_that_deters() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 7], Gen.Double[1, 2000], Gen.Double[0, 20]).Sample((tasks, replicas, backing, cover) =>
        {
            bool Deters(int share) => TrustEstimate.Of(tasks, replicas, share / 1e4, Audit.Fraction, backing, cover).Deters;
            if (LeastCheck.Floor(tasks, replicas, Audit, backing, cover) is not { } floor)
            {
                Assert.False(Deters(10_000));
                return;
            }

            Assert.True(Deters(floor.Value));
            Assert.False(floor.Value > 1 && Deters(floor.Value - 1));
        });

    [Theory]
    [InlineData(0, 2500)]
    [InlineData(10, 1250)]
    [InlineData(66, 329)]
    [InlineData(74, 300)]
    [InlineData(uint.MaxValue, 300)]
    public void Falls_with_the_record_to_the_floor_and_never_below(uint accepted, int expected) =>
        Assert.Equal(expected, LeastCheck.Share(new BasisPoints(300), accepted).Value);

    [Fact]
    public void Checks_as_much_as_a_small_stake_needs_whatever_the_record() =>
        Assert.Equal(4000, LeastCheck.Share(new BasisPoints(4000), 1_000_000).Value);
}
