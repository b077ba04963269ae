using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Trust;

namespace Market.Protocol.Tests.Jobs;

public sealed class JobSpecTests
{
    private static JobSpec Sound => new()
    {
        Bundle = new ContentDigest(SHA256.HashData("bundle"u8)),
        Tasks = 24,
        Replicas = 3,
        Reward = Units.FromTokens(2),
        VerifierFee = Units.FromTokens(1),
        Cover = Units.FromTokens(10),
        Check = new BasisPoints(1000),
        Audit = new BasisPoints(1000),
        BundleBytes = 1,
        OutputBytes = 1,
        Terms = 0,
    };

    [Fact]
    public void Tells_all_findings_at_once()
    {
        var broken = Sound with { Bundle = default, Tasks = 0, Replicas = 8, Reward = Units.Zero, Check = default, BundleBytes = 0, OutputBytes = -1 };
        Assert.Equal(7, broken.FindProblems().Count);
    }

    [Fact]
    public void Refuses_an_escrow_that_no_account_could_hold()
    {
        Assert.Single((Sound with { Reward = new Units(ulong.MaxValue / 2) }).FindProblems());
        Assert.Throws<OverflowException>(() => (Sound with { Reward = new Units(ulong.MaxValue / 2) }).Escrow());
    }

    [Fact]
    public void Escrows_all_rewards_and_the_fee()
    {
        Assert.Empty(Sound.FindProblems());
        Assert.Equal("7", Sound.Escrow().ToString());
    }

    [Fact]
    public void Every_reason_is_explained_in_words()
    {
        foreach (var reason in Enum.GetValues<VerdictReason>())
        {
            Assert.NotEqual(Outcome.None, reason.OutcomeOf());
            Assert.NotEmpty(reason.Explain());
        }

        foreach (var reason in Enum.GetValues<RefusalReason>())
        {
            Assert.NotEqual($"{reason}: found", new Refusal(reason, "found").ToString().Replace("Busy", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Demands_the_stake_of_the_rules()
    {
        var stake = JobStake.Of(Sound);
        Assert.Equal(new Units(8_000_000_000), stake.Lock);
        Assert.Equal(new Units(65_787_601_627), stake.Backing);
        Assert.Equal(new Units(39_472_560_977), stake.VerifierLock);
        Assert.Throws<ArgumentOutOfRangeException>(() => JobStake.Of(Sound with { Check = default }));
        Assert.Throws<ArgumentOutOfRangeException>(() => JobStake.Of(Sound with { Tasks = 0 }));
        Assert.Equal(ulong.MaxValue, JobStake.Of(Sound with { Cover = new Units(ulong.MaxValue) }).Backing.Value);
    }

    [Fact]
    public void Demands_stake_that_never_rounds_down() =>
        Gen.Select(Gen.ULong[1, 1UL << 40], Gen.ULong[0, 1UL << 44], Gen.Int[1, 7], Gen.Int[1, 10_000], Gen.Int[0, 10_000])
            .Sample((reward, cover, replicas, check, audit) =>
            {
                var spec = Sound with
                {
                    Reward = new Units(reward),
                    Cover = new Units(cover),
                    Replicas = replicas,
                    Check = new BasisPoints(check),
                    Audit = new BasisPoints(audit),
                };
                var stake = JobStake.Of(spec);
                foreach (var (h, saved) in ((BigInteger, int)[])[(check, Sound.Tasks), (Math.Min(10_000, Sound.Tasks * check), 1)])
                {
                    // backing · k · y >= 2.14 · (cover + saved work), with y of denominator 3·10¹²; the work of one task, or of all.
                    var seen = h * (300_000_000 + audit * (30_000 - 2 * h));
                    Assert.True(100 * saved * (BigInteger)stake.Backing.Value * replicas * seen >= 214 * 3_000_000_000_000 * ((BigInteger)cover * saved + reward));
                }

                var behind = (BigInteger)stake.Backing.Value * replicas;
                Assert.True(5 * (BigInteger)stake.VerifierLock.Value >= behind && 6 * (BigInteger)stake.VerifierLock.Value >= behind + cover);
                Assert.True(stake.Lock.Value * (ulong)replicas >= 2 * (cover + reward) && stake.Backing >= stake.Lock);
            });

    [Fact]
    public void Judges_a_spec_by_the_stake_that_it_demands()
    {
        var estimate = TrustEstimate.Of(Sound with { Tasks = 200, Replicas = 1, Check = new BasisPoints(300), Cover = Units.FromTokens(2) });
        Assert.InRange(estimate.SafeGain, 1, 2);
        Assert.True(estimate.ExpectedLoss > 0);
    }
}
