using System.Security.Cryptography;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

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
        var broken = Sound with { Bundle = default, Tasks = 0, Replicas = 8, Reward = Units.Zero, BundleBytes = 0, OutputBytes = -1 };
        Assert.Equal(6, broken.FindProblems().Count);
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
}
