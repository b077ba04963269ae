using System.Globalization;
using Bunit;
using Market.Chain;
using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Index.Storage;
using Market.Index.Writing;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Web.Components.Pages;
using Market.Web.Hosting;
using Market.Web.Outputs;
using Market.Web.Purchases;
using Market.Web.Uploads;
using Market.Web.Wallets;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;

namespace Market.Web.Tests;

/// <summary>The pages over a real chain on which random people played.</summary>
public sealed class PageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<Type> AllPages => [typeof(Home), typeof(Web.Components.Pages.Jobs), typeof(JobPage), typeof(Models), typeof(Stakes), typeof(StakePage), typeof(Status), typeof(Search)];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Say_that_the_chain_is_being_read_before_anything_is_known(Type page)
    {
        using var watch = new MarketWatch(Nowhere, NewIndex(), NewHost(), NullLogger<MarketWatch>.Instance);
        using var context = new BunitContext();
        var rendered = Render(context, watch, page);
        Assert.Equal("Reading the chain…", rendered.Find("[role=status]").TextContent);
        Assert.Empty(rendered.FindAll("table, dl"));
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task Say_why_when_the_chain_never_answered(Type page)
    {
        using var watch = new MarketWatch(Nowhere, NewIndex(), NewHost(), NullLogger<MarketWatch>.Instance);
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
        Says(pages.Context.Render<Stakes>(), "market stake deposit");
        Says(pages.Context.Render<Web.Components.Pages.Jobs>(), "market job submit");
        Says(pages.Context.Render<Models>(), "No job yet, so no model.");
        var home = pages.Context.Render<Home>();
        home.WaitForAssertion(() => Assert.Equal("0", home.Find("dd a").TextContent), Patience);
        Says(pages.Context.Render<JobPage>(p => p.Add(x => x.Id, "0x12")), "There is no job");
        Says(pages.Context.Render<StakePage>(p => p.Add(x => x.Id, 12)), "There is no stake 12");
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
            page.WaitForAssertion(() => Assert.Equal(job.History.Count, page.FindAll("#history li").Count), Patience);
            Assert.Equal(job.Seats.Length, page.FindAll("tbody tr").Count);
            Assert.Equal(JobStages.Of(job).Length, page.FindAll("ol.stages li").Count);
            Assert.Equal(job.IsOver ? 0 : 1, page.FindAll("ol.stages [aria-current=step]").Count);
            Assert.Equal(job.History.Count(h => job.BlockTimes().ContainsKey(h.Block)), page.FindAll("#history time").Count);
            Assert.Equal(job.Dispute is null ? 0 : 1, page.FindAll("#dispute").Count);
            Assert.Equal(job.State == JobState.Disputed ? 1 : 0, page.FindAll("#next").Count);
            Assert.Equal(job.Count(s => s.State == SeatState.Claimed), page.FindAll("div.progress").Count);
            Assert.Equal(job.Count(s => s.Outcome == Outcome.Accept), page.FindAll("tbody .chip.good").Count);
            Assert.DoesNotContain("Exception", page.Markup, StringComparison.Ordinal);
        }

        Assert.Contains(state.Jobs.Values, j => j.IsJudged);
        Assert.Contains(state.Jobs.Values, j => j.Dispute is not null);
        var home = pages.Context.Render<Home>();
        Says(home, state.Jobs.Count.ToString(CultureInfo.InvariantCulture));
        home.WaitForAssertion(() => Assert.Equal(7, home.FindAll("figure svg").Count), Patience);
        Assert.Equal(Math.Min(8, state.Jobs.Count), home.FindAll(".scroll tbody tr").Count);
    }

    [Fact]
    public async Task List_models_as_heads_name_them_and_say_of_how_many_jobs_they_do_not_know()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 350);
        await using var pages = await WatchedPages.StartAsync(market);
        var played = await market.FoldAsync();
        var models = pages.Context.Render<Models>();
        Says(models, $"nobody has served the head of their bundle: {played.Jobs.Count}.");
        Says(models, "No job is known to name a model.");
        var peer = await pages.Watch.UntilAsync(() => Task.FromResult(pages.Watch.Peer), Xunit.TestContext.Current.CancellationToken);
        models.WaitForAssertion(() => Assert.Empty(models.FindAll("#not-looked-up")), Patience);

        // Heads as this server's own store has them of jobs that were bought here.
        var root = new ModelRoot([.. Enumerable.Repeat((byte)0xab, 32)]);
        var named = new BundleHead(new ContentDigest(root.Value), root, root.Value, new Tolerance(1, 1, 1));
        var nameless = named with { Model = null, Inputs = null };
        foreach (var bytes in (byte[][])[named.ToBytes(), nameless.ToBytes(), [.. nameless.ToBytes().Reverse()]])
        {
            await peer.Store.AddAsync(bytes, Xunit.TestContext.Current.CancellationToken);
            await market.PostAsync(8, 2000, new ContentDigest(System.Security.Cryptography.SHA256.HashData(bytes)).ToHash());
        }

        models.WaitForAssertion(() => Assert.Equal($"/jobs?model={root}", models.Find("tbody tr a").GetAttribute("href")), Patience);
        models.WaitForAssertion(() => Assert.EndsWith("may judge what runs there: 2.", models.Find("#nameless").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("", models.FindAll("tbody td")[^1].TextContent);
        var jobs = (await market.FoldAsync()).NewestJobs().Take(3).ToList();
        Assert.Contains("not named", ModelOf(jobs[0]).TextContent, StringComparison.Ordinal);
        Assert.Equal($"/jobs?model={root}", ModelOf(jobs[2]).QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("not known yet", ModelOf(played.NewestJobs().First()).TextContent, StringComparison.Ordinal);

        pages.Context.Services.GetRequiredService<NavigationManager>().NavigateTo($"jobs?model={root.ToString().ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)}");
        var list = pages.Context.Render<Web.Components.Pages.Jobs>();
        list.WaitForAssertion(() => Assert.Contains($"/jobs/{jobs[2].Id}", Assert.Single(list.FindAll("tbody tr")).InnerHtml, StringComparison.Ordinal), Patience);
        Assert.Equal($"/api/v1/jobs.csv?model={root}", list.Find("a[download]").GetAttribute("href"));

        await new HeadBook(pages.Watch.Store).LearnAsync(played.NewestJobs().First().Spec.Bundle.ToString(), "0x01", Xunit.TestContext.Current.CancellationToken);
        pages.Watch.Learnt();
        models.WaitForAssertion(() => Assert.Equal(2, models.FindAll("tbody tr").Count), Patience);
        var (judged, contested) = (played.Jobs.Values.Count(j => j.IsJudged), played.Jobs.Values.Count(j => j.Dispute is not null));
        Assert.Equal(
            ["0x01", $"{played.Jobs.Count}", $"{8 * judged}", string.Create(CultureInfo.InvariantCulture, $"{100.0 * contested / judged:0.#} %")],
            models.FindAll("tbody tr:first-child td").Select(c => c.TextContent).Where((_, i) => i is 0 or 1 or 2 or 7));
        Assert.Empty(models.FindAll("#unknown"));

        AngleSharp.Dom.IElement ModelOf(JobRecord job)
        {
            var page = pages.Context.Render<JobPage>(p => p.Add(x => x.Id, job.Id.ToString()));
            page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#model")), Patience);
            return page.Find("#model");
        }
    }

    [Theory]
    [InlineData("providers", StakeRole.Provider)]
    [InlineData("verifiers", StakeRole.Verifier)]
    public async Task List_stakes_by_role_and_tell_each_ones_record(string path, StakeRole role)
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 350);
        await using var pages = await WatchedPages.StartAsync(market);
        var state = await market.FoldAsync();
        var expected = state.Stakes.Values.Where(s => s.Role == role).ToList();
        pages.Context.Services.GetRequiredService<NavigationManager>().NavigateTo(path);
        var stakes = pages.Context.Render<Stakes>();
        stakes.WaitForAssertion(() => Assert.Equal(expected.Count, stakes.FindAll("tbody tr").Count), Patience);
        Assert.Equal(expected.Count(s => s.Slashed), stakes.FindAll("tbody .chip.bad").Count);
        foreach (var stake in expected)
        {
            var page = pages.Context.Render<StakePage>(p => p.Add(x => x.Id, stake.Id));
            Says(page, stake.NodeKey.ToString().ToLowerInvariant());
            var seats = state.Jobs.Values.Count(j => role == StakeRole.Provider ? j.Seats.Any(s => s.Provider == stake.Id) : j.Verifier == stake.Id);
            page.WaitForAssertion(() => Assert.Equal(Math.Min(25, seats), page.FindAll(".scroll tbody tr").Count), Patience);
        }
    }

    [Fact]
    public async Task Find_a_job_by_a_part_of_its_id_and_go_there()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(21, 120);
        await using var pages = await WatchedPages.StartAsync(market);
        var job = (await market.FoldAsync()).NewestJobs().First();
        var navigation = pages.Context.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("search?q=" + job.Id.ToString()[..14]);
        var search = pages.Context.Render<Search>();
        search.WaitForAssertion(() => Assert.EndsWith($"/jobs/{job.Id}", navigation.Uri, StringComparison.Ordinal), Patience);
        navigation.NavigateTo("search?q=%3Cscript%3E");
        Says(pages.Context.Render<Search>(), "Nothing is called");
    }

    [Fact]
    public async Task Filter_jobs_by_what_their_address_says_and_keep_it_in_their_links()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 350);
        await using var pages = await WatchedPages.StartAsync(market);
        var state = await market.FoldAsync();
        var navigation = pages.Context.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("jobs?state=Final");
        var final = pages.Context.Render<Web.Components.Pages.Jobs>();
        final.WaitForAssertion(() => Assert.Equal(Math.Min(25, state.Jobs.Values.Count(j => j.State == JobState.Final)), final.FindAll("tbody tr").Count), Patience);
        Assert.Equal("/api/v1/jobs.csv?state=Final", final.Find("a[download]").GetAttribute("href"));
        navigation.NavigateTo("jobs?state=nonsense&cursor=nonsense&requester=0x12");
        Says(pages.Context.Render<Web.Components.Pages.Jobs>(), "No job is like that");
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
        Says(page, "There is no job");
        Assert.Empty(page.FindAll("script"));
        Says(pages.Context.Render<Web.Components.Pages.Jobs>(), "No job yet");
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

    private static void Says<T>(IRenderedComponent<T> page, string text)
        where T : IComponent => page.WaitForAssertion(() => Assert.Contains(text, page.Markup, StringComparison.Ordinal), Patience);

    internal static IndexStore NewIndex() => IndexStore.At(Path.Combine(Directory.CreateTempSubdirectory("market-pages-").FullName, "index.db"));

    internal static JobHost NewHost() => new(Directory.CreateTempSubdirectory("market-host-").FullName);

    /// <summary>What pages need that buy.</summary>
    internal static void AddBuying(BunitContext context, MarketWatch watch, JobHost host)
    {
        context.Services.AddSingleton(watch).AddSingleton(new PeerAnswers(watch, TimeProvider.System)).AddSingleton(new ProgressWatch(watch, TimeProvider.System)).AddSingleton(new EvidenceAnswers(watch, TimeProvider.System)).AddSingleton(watch.Deployment).AddSingleton(new PublicDeployment(watch.Deployment)).AddSingleton(host).AddSingleton(AppModels.Find()).AddSingleton(PdfScripts.Find()).AddSingleton(new ModelNames(AppModels.Find(), watch, NullLogger<ModelNames>.Instance)).AddSingleton<MarketSearch>().AddSingleton<OutputShelf>().AddSingleton<JobOffice>()
            .AddSingleton(new UploadStore(host.Uploads, new UploadLimits(), host.Keeps, TimeProvider.System)).AddScoped<WalletSession>().AddSingleton<IJSRuntime>(new FakeBrowser(null, 1));
    }

    private static Deployment Nowhere => new(1, default, default, 0, 1, new Uri("http://127.0.0.1:9"));

    private static IRenderedComponent<IComponent> Render(BunitContext context, MarketWatch watch, Type page)
    {
        AddBuying(context, watch, NewHost());
        return context.Render<IComponent>(builder =>
        {
            builder.OpenComponent(0, page);
            builder.CloseComponent();
        });
    }

    internal sealed class WatchedPages(BunitContext context, MarketWatch watch) : IAsyncDisposable
    {
        public BunitContext Context => context;

        public MarketWatch Watch => watch;

        public static async Task<WatchedPages> StartAsync(RandomMarket market)
        {
            var host = NewHost();
            var watch = new MarketWatch(market.Deployment with { Rpc = market.Chain.Http }, NewIndex(), host, NullLogger<MarketWatch>.Instance);
            var context = new BunitContext();
            AddBuying(context, watch, host);
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
