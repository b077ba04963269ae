namespace Market.EndToEnd.Tests;

/// <summary>What the README promises of scripts/demo with a cheat. They run beside <see cref="DemoTests"/>.</summary>
public sealed class DemoCheatTests
{
    [Theory]
    [InlineData("fp16", "executed again")]
    [InlineData("garbage", "executed again")]
    [InlineData("copy", "did not reveal")]
    [InlineData("vanish", "delivered nothing in time")]
    public async Task A_cheat_loses_and_the_honest_are_paid(string cheat, string givenAwayBy)
    {
        var report = (await Programs.DemoAsync("--json", "--cheat", cheat)).Json();
        var cheater = report.GetProperty("cheatProvider").GetInt32();
        var replicas = DemoTests.Replicas(report);
        var honest = replicas.Where(r => r.GetProperty("provider").GetInt32() != cheater).ToList();
        Assert.Equal(cheat == "vanish" ? 3 : 2, honest.Count);
        Assert.All(honest, r => Assert.Equal((true, "1000000000", "0"), (r.GetProperty("accepted").GetBoolean(), r.GetProperty("paid").GetString(), r.GetProperty("slashed").GetString())));
        Assert.DoesNotContain(replicas, r => r.GetProperty("provider").GetInt32() == cheater && r.GetProperty("accepted").GetBoolean());
        var lost = replicas.Where(r => r.GetProperty("provider").GetInt32() == cheater).Select(r => (Amount: r.GetProperty("slashed").GetString(), Reason: r.GetProperty("reason").GetString()))
            .Concat(report.GetProperty("penalties").EnumerateArray().Where(p => p.GetProperty("provider").GetInt32() == cheater).Select(p => (Amount: p.GetProperty("penalty").GetString(), Reason: p.GetProperty("reason").GetString()))).ToList();
        Assert.Contains(lost, l => l.Amount != "0" && l.Reason!.Contains(givenAwayBy, StringComparison.Ordinal));
        Assert.True(report.GetProperty("accuracy").GetDouble() >= 0.95);
    }

    [Fact]
    public async Task A_cheat_that_bribed_the_verifier_is_found_by_a_committee_and_both_lose()
    {
        var report = (await Programs.DemoAsync("--json", "--dispute")).Json();
        var cheat = report.GetProperty("cheatProvider").GetInt32();
        Assert.All(DemoTests.Replicas(report), r => Assert.Equal(r.GetProperty("provider").GetInt32() != cheat, r.GetProperty("accepted").GetBoolean()));
        var lost = DemoTests.Replicas(report).Single(r => r.GetProperty("provider").GetInt32() == cheat);
        Assert.NotEqual("0", lost.GetProperty("slashed").GetString());
        Assert.Contains("committee overturned", lost.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("0", report.GetProperty("verifier").GetProperty("lost").GetString());
        Assert.Equal(3, Assert.Single(report.GetProperty("dispute").GetProperty("committees").EnumerateArray()).GetProperty("jurors").GetArrayLength());
        Assert.Contains("times as far off as allowed", report.GetProperty("wrongOperator").GetString(), StringComparison.Ordinal);
    }
}
