using CsCheck;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Trust;

namespace Market.Protocol.Tests.Trust;

public sealed class AdaptiveCheckTests
{
    private static readonly Gen<JobSpec> Specs = Gen.Select(Gen.Int[1, 65_536], Gen.Int[1, 7], Gen.Int[1, 10_000], Gen.ULong[0, 200], Gen.Int[0, 10_000]).Select(Spec);

    private static JobSpec Spec(int tasks, int replicas, int check, ulong cover, int audit) => new()
    {
        Bundle = default, Tasks = tasks, Replicas = replicas, Reward = Units.FromTokens(1), VerifierFee = Units.Zero, Cover = Units.FromTokens(cover),
        Check = new BasisPoints(check), Audit = new BasisPoints(audit), BundleBytes = 1, OutputBytes = 1, Terms = 1,
    };

    [Fact]
    public void A_newcomer_is_checked_exactly_as_posted_whatever_its_stake() =>
        Gen.Select(Specs, Gen.ULong).Sample((spec, stake) => AdaptiveCheck.Share(spec, 0, new Units(stake)) == spec.Check);

    [Fact]
    public void A_stake_below_what_is_demanded_is_checked_as_posted_whatever_the_record() =>
        Gen.Select(Specs, Gen.UInt).Sample((spec, accepted) => AdaptiveCheck.Share(spec, accepted, new Units(JobStake.Of(spec).Backing.Value - 1)) == spec.Check);

    [Fact]
    public void Never_leaves_a_stake_that_does_not_deter() => Gen.Select(Specs, Gen.UInt, Gen.ULong[0, 100]).Sample((spec, accepted, times) =>
    {
        var stake = new Units(JobStake.Of(spec).Backing.Value * (times + 1));
        var share = AdaptiveCheck.Share(spec, accepted, stake);
        return share >= AdaptiveCheck.Floor(spec, stake) && share <= spec.Check && JobStake.Of(spec with { Check = share }).Backing <= stake;
    });

    [Fact]
    public void The_floor_is_the_least_share_that_deters() => Gen.Select(Specs, Gen.ULong[0, 5_000]).Sample((spec, tokens) =>
    {
        var stake = Units.FromTokens(tokens);
        var floor = AdaptiveCheck.Floor(spec, stake);
        return floor.Value == 1 || JobStake.Of(spec with { Check = new BasisPoints(floor.Value - 1) }).Backing > stake;
    });

    [Fact]
    public void Falls_with_record_and_stake_and_never_rises() => Gen.Select(Specs, Gen.UInt[0, 100_000], Gen.UInt[0, 100_000], Gen.ULong[0, 5_000_000_000_000]).Sample((spec, accepted, more, stake) =>
    {
        var share = AdaptiveCheck.Share(spec, accepted, new Units(stake));
        return AdaptiveCheck.Share(spec, accepted + more, new Units(stake)) <= share && AdaptiveCheck.Share(spec, accepted, new Units(stake + more)) <= share;
    });

    [Fact]
    public void Draws_a_task_where_one_is_drawn_as_posted() => Gen.Select(Specs, Gen.UInt).Sample((spec, accepted) =>
        spec.Tasks * spec.Check.Value < BasisPoints.Whole || spec.Tasks * AdaptiveCheck.Share(spec, accepted, new Units(ulong.MaxValue)).Value >= BasisPoints.Whole);

    [Theory]
    [InlineData(0, 2500)]
    [InlineData(10, 1250)]
    [InlineData(74, 298)]
    [InlineData(1_000_000, 50)]
    public void Halves_with_ten_accepted_jobs_and_ends_at_one_task(uint accepted, int expected) =>
        Assert.Equal(expected, AdaptiveCheck.Share(Spec(200, 1, 2500, 1, 1000), accepted, Units.FromTokens(1_000_000)).Value);
}
