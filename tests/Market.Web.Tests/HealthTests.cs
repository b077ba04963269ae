using System.Net;
using System.Text.Json.Nodes;
using Market.Chain.Tests.State;
using Microsoft.Extensions.DependencyInjection;

namespace Market.Web.Tests;

/// <summary>What a real server says of itself while its index is built from a real chain.</summary>
public sealed class HealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10, null, 109, 0, 100, false)]
    [InlineData(10, 5, 109, 0, 100, false)]
    [InlineData(10, 58, 109, 49, 51, false)]
    [InlineData(10, 59, 109, 50, 50, true)]
    [InlineData(10, 109, 109, 100, 0, true)]
    [InlineData(10, 110, 109, 100, 0, true)]
    [InlineData(0, null, 0, 0, 1, true)]
    public void An_index_is_complete_when_only_the_newest_blocks_are_missing(long first, int? indexed, long head, long done, long behind, bool complete)
    {
        var progress = new IndexProgress(first, indexed, head);
        Assert.Equal((done, behind, complete), (progress.Done, progress.Behind, progress.IsComplete));
    }

    [Fact]
    public async Task While_the_index_is_built_nobody_is_told_that_all_is_there()
    {
        await using var market = await RandomMarket.StartAsync(members: 1);
        await using var held = await HeldChain.StartAsync(market.Chain.Http, market.Deployment.Block);
        await using var app = WebPages.Build(market.Deployment with { Rpc = held.Address }, new(market.Deployment), PageTests.NewIndex(), PageTests.NewHost(), "http://127.0.0.1:0");
        await app.StartAsync(Stop);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var watch = app.Services.GetRequiredService<MarketWatch>();
        var read = (long)(await watch.UntilAsync(() => Task.FromResult(watch.State), Stop).WaitAsync(Patience, Stop)).Block;
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(http)).Code);

        await market.Chain.RequestAsync("anvil_mine", "0x64");
        var first = (long)market.Deployment.Block;
        var head = (long)await market.Chain.Client.BlockNumberAsync(Stop);
        await watch.UntilAsync(async () => await watch.ProgressAsync(Stop) is { } late && late.Head == head ? late : null, Stop).WaitAsync(Patience, Stop);
        var page = await http.GetStringAsync("/", Stop);
        Assert.Contains($"The index is being built: {read + 1 - first} of {head + 1 - first} blocks are in it. What you see is not complete.", page, StringComparison.Ordinal);
        Assert.Contains($"block {read}, {head - read} behind", await http.GetStringAsync("/status", Stop), StringComparison.Ordinal);
        var (code, health) = await HealthAsync(http);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Equal((first, head, read, 100L), (Number(health, "firstBlock"), Number(health, "head"), Number(health, "indexedBlock"), Number(health, "behind")));
        var answer = await http.GetAsync("/api/v1/totals", Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains($"{read + 1 - first} of {head + 1 - first} blocks", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        held.GoOn();
        await watch.UntilAsync(async () => await watch.ProgressAsync(Stop) is { Behind: 0 } done && watch.Trouble is null ? done : null, Stop).WaitAsync(Patience, Stop);
        (code, health) = await HealthAsync(http);
        Assert.Equal((HttpStatusCode.OK, 0L), (code, Number(health, "behind")));
        Assert.DoesNotContain("being built", await http.GetStringAsync("/", Stop), StringComparison.Ordinal);
        Assert.Contains("up to date", await http.GetStringAsync("/status", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/totals", Stop)).StatusCode);
    }

    private static async Task<(HttpStatusCode Code, JsonNode Health)> HealthAsync(HttpClient http)
    {
        var answer = await http.GetAsync("/health", Stop);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!);
    }

    private static long Number(JsonNode health, string name) => health[name]!.GetValue<long>();
}
