using Market.Protocol.Trust;

namespace Market.Protocol.Tests.Trust;

public sealed class TrustEstimateTests
{
    // Rows of the table of settings: N, k, share re-executed, audit chance, stake; detection and safe gain at a third.
    [Theory]
    [InlineData(200, 1, 0.01, 0, 10, 0.006, 0.07, 0.01)]
    [InlineData(200, 1, 0.03, 0.1, 10, 0.021, 0.24, 0.033)]
    [InlineData(200, 1, 0.03, 0.1, 125, 0.021, 2.8, 0.033)]
    [InlineData(200, 1, 0.03, 0.1, 1300, 0.021, 28, 0.033)]
    [InlineData(200, 1, 0.1, 0.1, 400, 0.071, 31, 0.11)]
    [InlineData(200, 1, 1, 0.1, 40, 0.67, 82, 1.1)]
    [InlineData(10, 1, 0.1, 0.1, 400, 0.071, 31, 0.11)]
    [InlineData(200, 2, 0.05, 0.1, 400, 0.036, 30, 1.055)]
    public void Agrees_with_the_settings_table(
        int tasks, int replicas, double check, double audit, double stake, double detection, double safeGain, double extraWork)
    {
        var estimate = TrustEstimate.Of(tasks, replicas, check, audit, stake, cover: 0);
        Assert.Equal(detection, estimate.Detection, 0.0006 + detection * 0.01);
        Assert.InRange(estimate.SafeGain, safeGain * 0.95, safeGain * 1.05);
        Assert.Equal(extraWork, estimate.ExtraWork, 6);
    }

    [Theory]
    [InlineData(3, 1.0 / 3, 0.259)]
    [InlineData(7, 0.2, 0.033)]
    [InlineData(15, 0.4, 0.213)]
    [InlineData(31, 1.0 / 3, 0.027)]
    [InlineData(31, 0.5, 0.5)]
    public void Agrees_with_the_committee_table(int seats, double coalition, double wrong) =>
        Assert.Equal(wrong, TrustEstimate.WrongCommittee(seats, coalition), 3);

    [Theory]
    [InlineData(65, 1)]
    [InlineData(325, 5)]
    public void The_cheap_tier_is_safe_in_parallel(double backing, double cover)
    {
        var estimate = TrustEstimate.Of(200, 1, 0.03, 0.1, backing * 1.1, cover);
        Assert.True(estimate.SafeGainInParallel >= cover, $"{estimate}");
        Assert.True(estimate.ExpectedLoss > 0);
    }

    [Fact]
    public void Replicas_alone_do_not_deter_who_owns_them_all()
    {
        var estimate = TrustEstimate.Of(200, 2, 0, 0, 1000, 5);
        Assert.Equal(0, estimate.Detection);
        Assert.True(estimate.ExpectedLoss < 0);
        Assert.Equal(0, estimate.SafeGain);
    }

    [Theory]
    [InlineData(1, 0.1, 10, 0.6)]
    [InlineData(10, 0.01, 10, 0.6)]
    public void Mere_laziness_pays_where_a_sample_may_hold_no_task(int tasks, double check, double backing, double enoughCheck)
    {
        Assert.True(TrustEstimate.Of(tasks, 1, check / 10, 0, backing, 0).ExpectedLoss < 0);
        Assert.True(TrustEstimate.Of(tasks, 1, enoughCheck, 0, backing, 0).ExpectedLoss > 0);
    }

    // Every number of false tasks, each with its own hypergeometric chance: none is better for the cheat than the two that are judged.
    [Theory]
    [InlineData(200, 6, 66, 1)]
    [InlineData(10, 1, 100, 5)]
    [InlineData(40, 2, 12, 0)]
    public void No_other_number_of_false_tasks_is_better_for_the_cheat(int tasks, int samples, double backing, double cover)
    {
        var estimate = TrustEstimate.Of(tasks, 1, samples / (double)tasks, 0.1, backing, cover);
        double unseen = 1;
        for (var wrong = 1; wrong <= tasks; wrong++)
        {
            unseen *= Math.Max(0, (double)(tasks - wrong + 1 - samples) / (tasks - wrong + 1));
            var found = TrustEstimate.Found(1 - unseen, 0.1, TrustEstimate.UsualCoalition);
            var loss = found * (1 + backing) - (1 - found) * cover - TrustEstimate.HonestCost * wrong / tasks;
            Assert.True(loss >= estimate.ExpectedLoss - 1e-9, $"{wrong} false tasks lose {loss}, less than {estimate.ExpectedLoss}.");
        }
    }

    [Fact]
    public void Says_what_a_cheat_expects()
    {
        Assert.Equal("a cheat expects to lose 9.6× its reward", TrustEstimate.Of(200, 1, 0.1, 0.1, 200, 5).InWords);
        Assert.Equal("a cheat expects to gain 2.5× its reward", TrustEstimate.Of(200, 2, 0, 0, 1000, 4.4).InWords);
    }

    [Fact]
    public void Refuses_shares_that_are_none() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TrustEstimate.Of(1, 1, 1.1, 0, 1, 1));
}
