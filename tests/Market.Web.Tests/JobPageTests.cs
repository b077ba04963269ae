using System.Globalization;
using Bunit;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Providers;
using Market.Protocol.Verdicts;
using Market.Web.Components.Pages;
using Market.Web.Components.Shared;
using Market.Web.Components.Watching;
using Market.Web.Languages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Market.Web.Tests;

/// <summary>A job's page while providers execute, and when somebody contests.</summary>
public sealed class JobPageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public void Dispose() => CultureInfo.CurrentUICulture = _before;

    [Fact]
    public async Task What_a_node_says_of_its_progress_is_shown_as_it_comes_while_somebody_looks_in_each_viewers_language()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        using var key = PrivateKey.Generate();
        await market.JoinAsync(StakeRole.Provider, key);
        await using var provider = await StartNodeAsync(market, key);
        var spec = await market.PostAsync(8, 2000);
        await market.MustAsync(key.Address, MarketCalls.Claim(spec, 0));
        var job = (await market.FoldAsync()).NewestJobs().First();
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var progress = pages.Context.Services.GetRequiredService<ProgressWatch>();
        Assert.Equal(0, progress.Looked);

        var page = Render(pages, job, Language.English);
        var german = Render(pages, job, Language.German);
        Says(page, "Its node does not say how far it is.");
        using (var running = provider.Shelf.Begin(job.Id, 8))
        {
            running.Report(3);
            running.Report(2);
            Says(page, "3 of 8 tasks, as its node says");
            Assert.Equal(("8", "3", "Tasks done in seat 0"), (page.Find("progress").GetAttribute("max"), page.Find("progress").GetAttribute("value"), page.Find("progress").GetAttribute("aria-label")));
            Says(german, "3 von 8 Aufgaben, sagt sein Knoten");
            running.Report(8);
            Says(german, "8 von 8 Aufgaben, sagt sein Knoten");
            Says(page, "8 of 8 tasks, as its node says");
            Assert.Equal(1, progress.Looked);
        }

        Says(page, "Its node does not say how far it is.");
        await market.MustAsync(key.Address, MarketCalls.Submit(spec, Hash256.Zero, Keccak256.Hash([1])));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("div.progress")), Patience);
        german.WaitForAssertion(() => Assert.Empty(german.FindAll("div.progress")), Patience);
        await page.InvokeAsync(() => { }); // What is drawn no more is disposed of before the renderer does anything else.
        Assert.Equal(0, progress.Looked);
    }

    [Fact]
    public async Task A_node_is_asked_about_seats_that_it_executes_and_not_believed_what_cannot_be_true()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        using var key = PrivateKey.Generate();
        await market.JoinAsync(StakeRole.Provider, key);
        var provider = await StartNodeAsync(market, key);
        var spec = await market.PostAsync(8, 2000);
        using var identity = Identity.GenerateSecp256k1();
        await using var node = await Node.StartAsync(new NodeOptions(identity), Stop);
        Assert.Null(await AskAsync());
        await market.MustAsync(key.Address, MarketCalls.Claim(spec, 0));
        Assert.Null(await AskAsync());
        var id = (await market.FoldAsync()).JobOrder[^1];
        using (var lie = provider.Shelf.Begin(id, 9))
        {
            lie.Report(9);
            Assert.Null(await AskAsync());
            lie.Dispose();
            Assert.Null(await AskAsync());
            using var first = provider.Shelf.Begin(id, 8);
            using var second = provider.Shelf.Begin(id, 8);
            second.Report(5);
            first.Dispose();
            Assert.Equal((5, 8), (await AskAsync() is { } said ? (said.Done, said.Tasks) : default));
            second.Report(9);
            Assert.Null(await AskAsync());
        }

        await provider.DisposeAsync();
        Assert.Null(await AskAsync());

        async Task<ReplicaProgress?> AskAsync()
        {
            var state = await market.FoldAsync();
            return await ProgressLookup.FindAsync(node, state, state.NewestJobs().First(), 0, Stop);
        }
    }

    [Fact]
    public void No_more_seats_are_asked_about_than_the_bound_and_again_when_others_have_left()
    {
        using var watch = new MarketWatch(new Chain.Deployment(1, default, default, 0, 1, new Uri("http://127.0.0.1:9")), PageTests.NewIndex(), PageTests.NewHost(), NullLogger<MarketWatch>.Instance);
        using var progress = new ProgressWatch(watch, TimeProvider.System);
        var looks = Enumerable.Range(0, 501).Select(seat => progress.Look(new(default, seat, 1), () => { })).ToList();
        Assert.Equal((500, 1), (progress.Looked, looks.Count(l => l is null)));
        looks.ForEach(l => l?.Dispose());
        Assert.Equal(0, progress.Looked);
        Assert.NotNull(progress.Look(new(default, 0, 1), () => { }));
    }

    [Fact]
    public async Task Whoever_leaves_the_page_ends_the_asking()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        using var key = PrivateKey.Generate();
        await market.JoinAsync(StakeRole.Provider, key);
        var spec = await market.PostAsync(8, 2000);
        await market.MustAsync(key.Address, MarketCalls.Claim(spec, 0));
        var job = (await market.FoldAsync()).NewestJobs().First();
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        Says(Render(pages, job, Language.English), "Its node does not say how far it is.");
        var progress = pages.Context.Services.GetRequiredService<ProgressWatch>();
        Assert.Equal(1, progress.Looked);
        await pages.Context.DisposeComponentsAsync();
        Assert.Equal(0, progress.Looked);
    }

    [Fact]
    public async Task Evidence_whose_verifier_is_away_is_asked_for_again_but_seldom_and_shows_without_reloading_and_for_no_other_job()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        using var provider = PrivateKey.Generate();
        using var verifier = PrivateKey.Generate();
        await market.JoinAsync(StakeRole.Provider, provider);
        await market.JoinAsync(StakeRole.Verifier, verifier);
        var (spec, job) = await DeliverAsync();
        var evidence = EvidenceOf(market, job);
        await market.MustAsync(verifier.Address, MarketCalls.Verdict(spec, 1, 0, evidence.Digest().ToHash(), 0));
        // The verdict on another job names the same evidence, which says nothing about it.
        var (spec2, other) = await DeliverAsync();
        await market.MustAsync(verifier.Address, MarketCalls.Verdict(spec2, 1, 0, evidence.Digest().ToHash(), 0));

        var clock = new ManualClock();
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        pages.Context.Services.AddSingleton(new EvidenceAnswers(pages.Watch, clock));
        await pages.Watch.UntilAsync(() => Task.FromResult(pages.Watch.Peer), Stop);
        var page = Render(pages, job, Language.English);
        page.WaitForAssertion(() => Assert.StartsWith("The verifier does not serve its evidence now.", page.Find("#away").TextContent, StringComparison.Ordinal), Patience);

        await using var node = await StartNodeAsync(market, verifier);
        node.Shelf.Publish(DocumentKind.Evidence, evidence.Digest(), evidence.ToBytes());
        await MineAsync();
        Assert.Empty(page.FindAll("#distances"));
        clock.Advance(EvidenceAnswers.Pause);
        await MineAsync();
        page.WaitForAssertion(() => Assert.Contains("seat 0 at 0.25", page.Find("#distances").TextContent, StringComparison.Ordinal), Patience);
        Says(page, "checked against the chain; 0 tasks were executed again");
        Assert.Empty(page.FindAll("#away"));

        page.Render(p => p.Add(x => x.Id, other.Id.ToString()));
        Says(page, Shown.Short(other.Id));
        page.WaitForAssertion(() => Assert.NotNull(page.Find("#away")), Patience);
        Assert.Empty(page.FindAll("#distances"));

        async Task<(Chain.Contracts.JobSpec Spec, JobRecord Job)> DeliverAsync()
        {
            var posted = await market.PostAsync(8, 2000);
            await market.MustAsync(provider.Address, MarketCalls.Claim(posted, 0));
            await market.MustAsync(provider.Address, MarketCalls.Submit(posted, Keccak256.Hash([1]), Keccak256.Hash([2])));
            await market.Chain.MineAsync(3);
            return (posted, (await market.FoldAsync()).NewestJobs().First());
        }

        async Task MineAsync()
        {
            await market.Chain.MineAsync(1);
            var head = await market.Chain.Client.BlockNumberAsync(Stop);
            Says(page, $"Block {head}, ");
        }
    }

    [Fact]
    public async Task A_dispute_is_told_step_by_step_from_its_points_to_its_end_in_both_languages()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 500);
        var state = await market.FoldAsync();
        var contested = state.Jobs.Values.Where(j => j.Dispute is not null).ToList();
        Assert.Contains(contested, j => j.Dispute!.Decisions.Any(d => d is not null) && j.IsOver);
        foreach (var job in contested)
        {
            AssertTold(job, state, Language.English, " contests ", "A committee of ", "The committee decides: ", "The dispute is settled");
            AssertTold(job, state, Language.German, " ficht ", "Ein Gremium aus ", "Das Gremium entscheidet: ", "Der Streit ist beigelegt");
        }
    }

    private static void AssertTold(JobRecord job, MarketState state, Language language, string contests, string committee, string decides, string settled)
    {
        CultureInfo.CurrentUICulture = language.Culture;
        var tale = new DisputeTale(job, state);
        var steps = tale.Steps().ToList();
        Assert.Equal(job.Dispute!.Points.Length, steps.Count(s => s.Words.Contains(contests, StringComparison.Ordinal)));
        Assert.Equal(job.Dispute.Round, steps.Count(s => s.Words.Contains(committee, StringComparison.Ordinal)));
        Assert.Equal(job.Dispute.Jurors.Count(j => j.Opened), steps.Count(s => s.Words.StartsWith(language == Language.English ? "Verifier " : "Prüfer ", StringComparison.Ordinal) && s.Words.Contains(": ", StringComparison.Ordinal) && !s.Words.Contains(contests, StringComparison.Ordinal)));
        Assert.Equal(job.Dispute.Decisions.Count(d => d is not null), steps.Count(s => s.Words.StartsWith(decides, StringComparison.Ordinal)));
        Assert.Equal(job.IsOver, steps[^1].Words.StartsWith(settled, StringComparison.Ordinal));
        Assert.Equal(job.IsOver, tale.Next() is null);
        Assert.Equal(steps.Select(s => s.Block).Order(), steps.Select(s => s.Block));
    }

    /// <summary>The evidence by which the job's only seat is accepted, a quarter of the tolerance away.</summary>
    internal static Evidence EvidenceOf(RandomMarket market, JobRecord job) => new()
    {
        Version = Evidence.CurrentVersion,
        Chain = (long)market.Deployment.ChainId,
        Contract = market.Deployment.Market.ToString().ToLowerInvariant(),
        Job = job.Id,
        Bundle = job.Spec.Bundle.ToId<ContentDigest>(),
        Verifier = new StakeId(2),
        DeterminismClass = job.Seats[0].Class!.Value.ToId<DeterminismClassId>(),
        Seed = new Seed(new Bytes32(new byte[32])),
        Tolerance = Tolerance.Default,
        Reference = 0,
        Replicas =
        [
            new ReplicaFinding
            {
                Seat = 0,
                Provider = new StakeId(job.Seats[0].Provider),
                DeterminismClass = job.Seats[0].Class!.Value.ToId<DeterminismClassId>(),
                Root = job.Seats[0].Root!.Value.ToId<ResultRoot>(),
                Outcome = Outcome.Accept,
                Reason = VerdictReason.Equal,
                Detail = "It passed every sample.",
                TasksCompared = 2,
                RelativeL2 = new Distance(0),
                ScaledMaximum = new Distance(0),
                ShareOfTolerance = new Distance(0.25),
            },
        ],
        Samples = [],
    };

    /// <summary>A stake's node that can be asked.</summary>
    internal static async Task<PeerNode> StartNodeAsync(RandomMarket market, PrivateKey key)
    {
        var options = new PeerNodeOptions(market.Deployment with { Rpc = market.Chain.Http }, key, Directory.CreateTempSubdirectory("market-progress-").FullName) { Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] };
        var node = await PeerNode.StartAsync(options, Stop);
        await market.MustAsync(key.Address, MarketCalls.PublishProfile(Hash256.Zero, string.Join(',', node.Addresses)));
        return node;
    }

    private static IRenderedComponent<JobPage> Render(PageTests.WatchedPages pages, JobRecord job, Language language)
    {
        CultureInfo.CurrentUICulture = language.Culture;
        return pages.Context.Render<JobPage>(p => p.Add(x => x.Id, job.Id.ToString()));
    }

    private static void Says(IRenderedComponent<JobPage> page, string text) => page.WaitForAssertion(() => Assert.Contains(text, page.Markup, StringComparison.Ordinal), Patience);
}
