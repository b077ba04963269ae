using System.Globalization;
using Bunit;
using Market.Chain.Tests.State;
using Market.Index.Writing;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Web.Components.Pages;
using Market.Web.Components.Shared;
using Market.Web.Purchases;

namespace Market.Web.Tests;

/// <summary>What tasks cost, over time and lately, over a real chain.</summary>
public sealed class PriceTests
{
    private const string Model = "0x00000000000000000000000000000000000000000000000000000000000000aa";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public void A_ratio_shows_that_of_the_whole_span_and_not_a_sum_and_is_drawn_anew_when_only_that_changes()
    {
        using var context = new BunitContext();
        IReadOnlyList<Bar> bars = [new("a", 2), new("b", 4), new("c", 0)];
        var chart = context.Render<BarChart>(p => p.Add(x => x.Title, "Price").Add(x => x.Bars, bars).Add(x => x.Whole, 3.5));
        Assert.Equal("3.5", chart.Find("figcaption b").TextContent);
        Assert.Equal(["a", "b"], chart.FindAll("tbody td:first-child").Select(c => c.TextContent));
        chart.Render(p => p.Add(x => x.Whole, 2.5));
        Assert.Equal("2.5", chart.Find("figcaption b").TextContent);
        chart.Render(p => p.Add(x => x.Whole, 0.0));
        Assert.Empty(chart.FindAll("figcaption b"));
        chart.Render(p => p.Add(x => x.Whole, (double?)null));
        Assert.Equal("6", chart.Find("figcaption b").TextContent);
    }

    [Fact]
    public async Task The_overview_tells_the_prices_of_a_task_and_of_an_hour_and_the_wait_as_ratios_of_sums()
    {
        await using var market = await RandomMarket.StartAsync();
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var home = pages.Context.Render<Home>();
        home.WaitForAssertion(() => Assert.Equal(7, home.FindAll("figure").Count), Patience);
        Assert.Equal(("", "", ""), (Beside("Price of a task"), Beside("Price of a provider's hour"), Beside("Wait for providers")));

        await market.PlayAsync(1, 250);
        var state = await market.FoldAsync();
        var paid = state.Jobs.Values.Where(j => j.IsJudged).Select(j => (Job: j, Accepted: j.Count(s => s.Outcome == Outcome.Accept))).ToList();
        var price = paid.Sum(p => (double)p.Job.Price * p.Accepted) / paid.Sum(p => (double)p.Job.Spec.Tasks * p.Accepted);
        home.WaitForAssertion(() => Assert.Equal(MarketPrices.Tokens(price), Beside("Price of a task")), Patience);
        var work = state.Jobs.Values.SelectMany(j => j.WorkSeconds().OfType<long>().Select(s => (Seconds: s, j.Price))).ToList();
        var hour = work.Sum(w => (double)w.Price) / work.Sum(w => w.Seconds) * 3600;
        home.WaitForAssertion(() => Assert.Equal(MarketPrices.Roughly(hour), Beside("Price of a provider's hour")), Patience);
        var hours = await pages.Watch.Index.HoursAsync(0, long.MaxValue, Stop);
        var wait = Shown.Lasting(TimeSpan.FromSeconds((double)hours.Sum(h => h.QueueSeconds) / hours.Sum(h => h.Started)));
        home.WaitForAssertion(() => Assert.Equal(wait, Beside("Wait for providers")), Patience);

        string Beside(string title) => home.FindAll("figcaption").Single(c => c.TextContent.StartsWith(title, StringComparison.Ordinal)).QuerySelector("b")?.TextContent ?? "";
    }

    [Fact]
    public async Task Models_and_providers_have_a_price_of_an_hour_where_the_chain_tells_how_long_they_worked()
    {
        await using var market = await RandomMarket.StartAsync();
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        await market.FinishAsync(10, 2000, evictedFirst: false, withResult: true);
        await market.FinishAsync(10, 2000, evictedFirst: false, withResult: true);
        var job = (await market.FoldAsync()).NewestJobs().First();
        await new HeadBook(pages.Watch.Store).LearnAsync(job.Spec.Bundle.ToString(), Model, Stop);
        var page = pages.Context.Render<StakePage>(p => p.Add(x => x.Id, job.Seats[0].Provider));
        var models = pages.Context.Render<Models>();
        page.WaitForAssertion(() => Assert.StartsWith("Price of a task", Assert.Single(page.FindAll("figcaption")).TextContent, StringComparison.Ordinal), Patience);
        models.WaitForAssertion(() => Assert.Equal(("0.05", ""), Prices()), Patience);

        await market.FinishAsync(10, 2000, evictedFirst: false);
        await market.FinishAsync(10, 2000, evictedFirst: false);
        var worked = (await market.FoldAsync()).NewestJobs().Take(2).ToList();
        var hour = MarketPrices.Roughly(MarketPrices.OfHour(2 * (long)job.Price, worked.Sum(j => j.WorkSeconds()[0]!.Value)));
        page.WaitForAssertion(() => Assert.Equal("Price of a provider's hour, tokens" + hour, page.FindAll("figcaption")[^1].TextContent.Trim()), Patience);
        Assert.NotEqual("0", hour);
        models.WaitForAssertion(() => Assert.Equal(("0.05", hour), Prices()), Patience);

        (string, string) Prices() => models.FindAll("tbody tr td.number") is { Count: > 4 } cells ? (cells[3].TextContent, cells[4].TextContent) : default;
    }

    [Fact]
    public async Task Prices_are_those_of_jobs_with_the_same_model_or_else_of_all_and_say_so()
    {
        await using var market = await RandomMarket.StartAsync();
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var index = pages.Watch.Index;
        Assert.Null(await MarketPrices.ReadAsync(index, Model, Stop));

        await market.FinishAsync(10, 2000, evictedFirst: false);
        var dear = (await market.FoldAsync()).NewestJobs().First();
        await pages.Watch.UntilAsync(async () => await index.JobAsync(dear.Id.ToString(), Stop) is { IsJudged: true } job ? job : null, Stop);
        var all = await MarketPrices.ReadAsync(index, Model, Stop);
        Assert.Equal((false, 1, (double)dear.Price / 10), (all!.OfModel, all.Jobs, all.Middle));
        Assert.Contains("of yours no paid job is known", all.Says(4), StringComparison.Ordinal);

        await new HeadBook(pages.Watch.Store).LearnAsync(dear.Spec.Bundle.ToString(), Model, Stop);
        var same = await MarketPrices.ReadAsync(index, Model, Stop);
        Assert.Equal(all with { OfModel = true }, same);
        Assert.Equal("In the last paid job with this model a provider got 0.05 to 0.05 tokens for a task, 0.05 in the middle: 0.2 for a job like this.", same!.Says(4));
        Assert.False((await MarketPrices.ReadAsync(index, Model.Replace('a', 'b'), Stop))!.OfModel);
        Assert.False((await MarketPrices.ReadAsync(index, null, Stop))!.OfModel);
    }

    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(5, 0, "0")]
    [InlineData(1_000_000_000, 7200, "0.5")]
    [InlineData(1_000_000_000, 1, "3,600")]
    [InlineData(1_234_567_890, 360, "12")]
    [InlineData(1, 36_000, "0")]
    public void A_providers_hour_is_what_was_paid_by_what_was_worked(long units, long seconds, string expected) =>
        Assert.Equal(expected, MarketPrices.Roughly(MarketPrices.OfHour(units, seconds)));

    [Theory]
    [InlineData("1", 4, 900, "1")]
    [InlineData("1", 1000, 0.25, "14")]
    [InlineData("0.00001", 100, 36, "0.00001")]
    [InlineData("123456", 1, 3600, "123,456")]
    [InlineData("1", 1, 0, null)]
    [InlineData("0", 1, 10, null)]
    public void A_reward_is_told_for_an_hour_of_computing_to_two_digits(string reward, int tasks, double seconds, string? expected) =>
        Assert.Equal(expected, MarketPrices.AnHour(Units.Parse(reward, CultureInfo.InvariantCulture), tasks, TimeSpan.FromSeconds(seconds)));
}
