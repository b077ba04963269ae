using System.Globalization;
using System.Text.Json;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Protocol.Tests.Jobs;

/// <summary>The stakes that jobs demand, in exact fractions: tests/vectors/stake/stakes.json, which a test of the contract reads too.</summary>
public sealed class StakeVectors
{
    [Fact]
    public void Every_published_stake_comes_out_the_same()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Checkout.At("tests/vectors/stake/stakes.json")));
        var rows = file.RootElement.GetProperty("stakes").EnumerateArray().ToList();
        Assert.True(rows.Count > 80);
        foreach (var row in rows)
        {
            ulong Number(string name) => ulong.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
            var stake = JobStake.Of(new JobSpec
            {
                Bundle = new ContentDigest(default(Bytes32)),
                Tasks = (int)Number("tasks"),
                Replicas = (int)Number("replicas"),
                Reward = new Units(Number("reward")),
                VerifierFee = default,
                Cover = new Units(Number("cover")),
                Check = new BasisPoints((int)Number("check")),
                Audit = new BasisPoints((int)Number("audit")),
                BundleBytes = 1,
                OutputBytes = 1,
                Terms = 1,
            });
            Assert.Equal((Number("lock"), Number("backing"), Number("verifierLock")), (stake.Lock.Value, stake.Backing.Value, stake.VerifierLock.Value));
        }
    }
}
