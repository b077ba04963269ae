using System.Text.Json;

namespace Market.EndToEnd.Tests;

/// <summary>What the README promises of scripts/demo.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Three_providers_with_different_bits_are_all_paid_for_right_text()
    {
        var report = (await Programs.DemoAsync("--json")).Json();
        Assert.Equal("final", report.GetProperty("state").GetString());
        Assert.True(report.GetProperty("accuracy").GetDouble() >= 0.95);
        Assert.Equal(3, report.GetProperty("bitPatterns").GetInt32());
        Assert.Equal((3, 24), (report.GetProperty("replicasWanted").GetInt32(), report.GetProperty("tasks").GetInt32()));
        Assert.InRange(report.GetProperty("largestDistance").GetProperty("shareOfTolerance").GetDouble(), 1e-6, 1);
        Assert.True(report.GetProperty("tolerance").GetProperty("relativeL2").GetDouble() > 0);
        Assert.All(Replicas(report), r =>
        {
            Assert.True(r.GetProperty("accepted").GetBoolean());
            Assert.Equal(("1000000000", "0"), (r.GetProperty("paid").GetString(), r.GetProperty("slashed").GetString()));
            Assert.StartsWith("0x", r.GetProperty("resultRoot").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("0x", r.GetProperty("class").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(r.GetProperty("reason").GetString()!);
        });
        Assert.True(report.GetProperty("gas").GetProperty("total").GetInt64() > report.GetProperty("gas").GetProperty("byAction").GetProperty("post").GetInt64());
        var blocks = report.GetProperty("blocks");
        Assert.InRange(blocks.GetProperty("settled").GetInt64() - blocks.GetProperty("posted").GetInt64(), 5, 60);
        Assert.True(report.GetProperty("seconds").GetProperty("final").GetInt64() > 0);
    }

    [Fact]
    public async Task One_provider_is_paid_after_samples_are_executed_again()
    {
        var report = (await Programs.DemoAsync("--json", "--replicas", "1", "--tasks", "10")).Json();
        Assert.Equal("final", report.GetProperty("state").GetString());
        Assert.True(Assert.Single(Replicas(report)).GetProperty("accepted").GetBoolean());
    }

    [Fact]
    public async Task Text_of_pictures_is_bought_in_a_browser_and_the_download_is_what_the_verdict_accepted()
    {
        var bought = (await Programs.DemoAsync("--json", "--web")).Json();
        Assert.Equal((2, 24), (bought.GetProperty("jobs").GetArrayLength(), bought.GetProperty("pictures").GetInt32()));
        Assert.True(bought.GetProperty("accuracy").GetDouble() >= 0.9);
        Assert.Contains("the verdict accepted", bought.GetProperty("checked").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp16", "executed again")]
    [InlineData("garbage", "executed again")]
    [InlineData("copy", "did not reveal")]
    [InlineData("vanish", "delivered nothing in time")]
    public async Task A_cheat_loses_and_the_honest_are_paid(string cheat, string givenAwayBy)
    {
        var report = (await Programs.DemoAsync("--json", "--cheat", cheat)).Json();
        var cheater = report.GetProperty("cheatProvider").GetInt32();
        var replicas = Replicas(report);
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
        Assert.All(Replicas(report), r => Assert.Equal(r.GetProperty("provider").GetInt32() != cheat, r.GetProperty("accepted").GetBoolean()));
        var lost = Replicas(report).Single(r => r.GetProperty("provider").GetInt32() == cheat);
        Assert.NotEqual("0", lost.GetProperty("slashed").GetString());
        Assert.Contains("committee overturned", lost.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("0", report.GetProperty("verifier").GetProperty("lost").GetString());
        Assert.Equal(3, Assert.Single(report.GetProperty("dispute").GetProperty("committees").EnumerateArray()).GetProperty("jurors").GetArrayLength());
        Assert.Contains("times as far off as allowed", report.GetProperty("wrongOperator").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dispute with --cheat Vanish: expected a cheat that delivers a wrong result", "--dispute", "--cheat", "vanish")]
    [InlineData("--replicas is 9, expected 1 to 5", "--replicas", "9")]
    [InlineData("--tasks is 0, expected 1 to 1000", "--tasks", "0")]
    [InlineData("No folder '/nowhere'", "--images", "/nowhere")]
    public async Task Bad_options_are_refused_by_name_before_anything_starts(string message, params string[] arguments)
    {
        var refused = await Programs.DemoAsync(arguments);
        Assert.NotEqual(0, refused.Code);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [InlineData("empty", null, "No .png or .jpg in")]
    [InlineData("text", "Not a picture at all, but a sentence.", "'line.png' is not an image")]
    [InlineData("cut", "half", "'line.png' is cut off or damaged")]
    [InlineData("nothing", "", "has 0 bytes")]
    [InlineData("dangling", "link", "line.png")]
    public async Task Pictures_that_are_none_are_refused_by_name_before_anything_starts(string name, string? content, string message)
    {
        var folder = Directory.CreateTempSubdirectory($"market-{name}-").FullName;
        var picture = Path.Combine(folder, "line.png");
        if (content == "link")
        {
            File.CreateSymbolicLink(picture, Path.Combine(folder, "nowhere"));
        }
        else if (content is not null)
        {
            var whole = await File.ReadAllBytesAsync(Checkout.At("docs/images/job.png"), TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(picture, content == "half" ? whole[..(whole.Length / 2)] : System.Text.Encoding.UTF8.GetBytes(content), TestContext.Current.CancellationToken);
        }

        BadInputTests.AssertRefused(await Programs.DemoAsync("--images", folder), message);
        Directory.Delete(folder, recursive: true);
    }

    private static List<JsonElement> Replicas(JsonElement report) => [.. report.GetProperty("replicas").EnumerateArray()];
}
