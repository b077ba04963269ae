using Bunit;
using Market.Chain;
using Market.Chain.Tests.State;
using Market.Jobs.Disputes;
using Market.Protocol.Jobs;
using Market.Web.Components.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Market.Web.Tests;

/// <summary>The pages over a real chain on which random people played.</summary>
public sealed class PageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<Type> AllPages => [typeof(Home), typeof(Web.Components.Pages.Jobs), typeof(JobPage), typeof(Providers)];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Say_that_the_chain_is_being_read_before_anything_is_known(Type page)
    {
        using var watch = new MarketWatch(Nowhere, NullLogger<MarketWatch>.Instance);
        using var context = new BunitContext();
        var rendered = Render(context, watch, page);
        Assert.Equal("Reading the chain…", rendered.Find("[role=status]").TextContent);
        Assert.Empty(rendered.FindAll("table, dl"));
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task Say_why_when_the_chain_never_answered(Type page)
    {
        using var watch = new MarketWatch(Nowhere, NullLogger<MarketWatch>.Instance);
        await using var context = new BunitContext();
        var rendered = Render(context, watch, page);
        await watch.StartAsync(Xunit.TestContext.Current.CancellationToken);
        rendered.WaitForAssertion(() => Assert.Contains("does not answer", rendered.Find("[role=status].trouble").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("127.0.0.1:9", rendered.Find("details").TextContent, StringComparison.Ordinal);
        Assert.Empty(rendered.FindAll("table, dl"));
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Say_what_to_do_first_on_a_market_where_nothing_happened()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await WatchedPages.StartAsync(market);
        Assert.Contains("market stake deposit", pages.Context.Render<Providers>().Find("p").TextContent, StringComparison.Ordinal);
        Assert.Contains("market job submit", pages.Context.Render<Web.Components.Pages.Jobs>().Find("p").TextContent, StringComparison.Ordinal);
        Assert.Equal("0", pages.Context.Render<Home>().Find("dd a").TextContent);
        Assert.Contains("There is no job", pages.Context.Render<JobPage>(p => p.Add(x => x.Id, "0x12")).Markup, StringComparison.Ordinal);
        Assert.Equal("/jobs", pages.Context.Render<NotFound>().Find("a").GetAttribute("href"));
    }

    [Fact]
    public async Task Show_every_job_with_its_state_and_follow_the_chain_without_reload()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(21, 120);
        await using var pages = await WatchedPages.StartAsync(market);
        var jobs = pages.Context.Render<Web.Components.Pages.Jobs>();
        var state = await market.FoldAsync();
        jobs.WaitForAssertion(() => Assert.Equal(Math.Min(25, state.Jobs.Count), jobs.FindAll("tbody tr").Count), Patience);
        var newest = state.NewestJobs().First();
        Assert.Contains($"/jobs/{newest.Id}", jobs.Find("tbody tr a").GetAttribute("href"), StringComparison.Ordinal);

        await market.PlayAsync(22, 120);
        var later = await market.FoldAsync();
        Assert.NotEqual(state.JobOrder.Count, later.JobOrder.Count);
        jobs.WaitForAssertion(() => Assert.Contains($"/jobs/{later.NewestJobs().First().Id}", jobs.Find("tbody tr a").GetAttribute("href"), StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Tell_one_job_from_post_to_end_and_what_each_provider_got()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 350);
        await using var pages = await WatchedPages.StartAsync(market);
        var state = await market.FoldAsync();
        foreach (var job in state.Jobs.Values)
        {
            var page = pages.Context.Render<JobPage>(p => p.Add(x => x.Id, job.Id.ToString()));
            page.WaitForAssertion(() => Assert.Equal(job.History.Count, page.FindAll("ol.events li").Count), Patience);
            Assert.Equal(job.Seats.Length, page.FindAll("tbody tr").Count);
            Assert.Equal(DisputeWords.Of(job), page.FindAll("#dispute").SingleOrDefault()?.TextContent);
            Assert.Equal(job.Count(s => s.Outcome == Outcome.Accept), page.FindAll("tbody .chip.good").Count);
            Assert.DoesNotContain("Exception", page.Markup, StringComparison.Ordinal);
        }

        Assert.Contains(state.Jobs.Values, j => j.IsJudged);
        Assert.Contains(state.Jobs.Values, j => j.Dispute is not null);
        var providers = pages.Context.Render<Providers>();
        Assert.Equal(state.Stakes.Count, providers.FindAll("tbody tr").Count);
        Assert.Equal(state.Stakes.Values.Count(s => s.Slashed), providers.FindAll("tbody .chip.bad").Count);
        Assert.Contains(state.Jobs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), pages.Context.Render<Home>().Find("dd a").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("")]
    public async Task Say_that_a_job_does_not_exist(string id)
    {
        await using var market = await RandomMarket.StartAsync();
        await using var pages = await WatchedPages.StartAsync(market);
        var page = pages.Context.Render<JobPage>(p => p.Add(x => x.Id, id));
        Assert.Contains("There is no job", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script"));
        Assert.Contains("No job yet", pages.Context.Render<Web.Components.Pages.Jobs>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_what_they_know_and_say_so_when_the_chain_is_gone()
    {
        var market = await RandomMarket.StartAsync();
        await market.PlayAsync(23, 60);
        await using var pages = await WatchedPages.StartAsync(market);
        var jobs = pages.Context.Render<Web.Components.Pages.Jobs>();
        jobs.WaitForAssertion(() => Assert.NotEmpty(jobs.FindAll("tbody tr")), Patience);
        await market.DisposeAsync();
        jobs.WaitForAssertion(() => Assert.Contains("does not answer", jobs.Find("[role=status]").TextContent, StringComparison.Ordinal), Patience);
        Assert.NotEmpty(jobs.FindAll("tbody tr"));
    }

    private static Deployment Nowhere => new(1, default, default, 0, 1, new Uri("http://127.0.0.1:9"));

    private static IRenderedComponent<Microsoft.AspNetCore.Components.IComponent> Render(BunitContext context, MarketWatch watch, Type page)
    {
        context.Services.AddSingleton(watch);
        return context.Render<Microsoft.AspNetCore.Components.IComponent>(builder =>
        {
            builder.OpenComponent(0, page);
            builder.CloseComponent();
        });
    }

    private sealed class WatchedPages(BunitContext context, MarketWatch watch) : IAsyncDisposable
    {
        public BunitContext Context => context;

        public static async Task<WatchedPages> StartAsync(RandomMarket market)
        {
            var watch = new MarketWatch(market.Deployment with { Rpc = market.Chain.Http }, NullLogger<MarketWatch>.Instance);
            var context = new BunitContext();
            context.Services.AddSingleton(watch);
            var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var head = await market.Chain.Client.BlockNumberAsync(Xunit.TestContext.Current.CancellationToken);
            watch.Changed += () =>
            {
                if (watch.State?.Block >= head)
                {
                    ready.TrySetResult();
                }
            };
            await watch.StartAsync(Xunit.TestContext.Current.CancellationToken);
            await ready.Task.WaitAsync(Patience, Xunit.TestContext.Current.CancellationToken);
            return new WatchedPages(context, watch);
        }

        public async ValueTask DisposeAsync()
        {
            await context.DisposeAsync();
            await watch.StopAsync(CancellationToken.None);
            watch.Dispose();
        }
    }
}
