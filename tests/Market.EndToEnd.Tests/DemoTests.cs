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

    internal static List<JsonElement> Replicas(JsonElement report) => [.. report.GetProperty("replicas").EnumerateArray()];
}
