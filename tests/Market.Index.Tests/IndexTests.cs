using System.Globalization;
using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Ethereum;
using Market.Index.Reading;
using Market.Index.Storage;
using Market.Index.Writing;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Tests;

/// <summary>The index of a market on which random people play, against the fold of all its logs.</summary>
public sealed class IndexTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const string SomeModel = "0x00000000000000000000000000000000000000000000000000000000000000aa";
    private readonly string _folder = Directory.CreateTempSubdirectory("market-index-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Holds_what_the_chain_says_however_often_its_writer_starts_anew(string kind)
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync(kind);
        await market.PlayAsync(31, 150);
        await using (var run = IndexRun.Start(market, store))
        {
            await run.CatchUpAsync(market);
            await AssertHoldsAsync(market, store);
            await new HeadBook(store).LearnAsync(run.State.NewestJobs().First().Spec.Bundle.ToString(), SomeModel, Stop);
            await AssertHoldsAsync(market, store);
            await market.PlayAsync(32, 80);
            await run.CatchUpAsync(market);
            await AssertHoldsAsync(market, store);
        }

        await market.PlayAsync(33, 120);
        await using (var run = IndexRun.Start(market, store, range: 3))
        {
            await run.CatchUpAsync(market);
            var state = await AssertHoldsAsync(market, store);
            Assert.Contains(state.Jobs.Values, j => j.State == JobState.Final);
            Assert.Contains(state.Jobs.Values, j => j.Dispute is not null);
            var line = Assert.Single((await new IndexReader(store).ModelsAsync(null, 10, Stop)).Items);
            Assert.Equal((SomeModel, (long)state.Jobs.Count, (long)state.Jobs.Values.Count(j => j.IsJudged)), (line.Model, line.Jobs, line.Judged));
            Assert.True(line.Disputed > 0 && line.Volume > 0 && line.LastUsed > 0, line.ToString());
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Undoes_what_a_reorganization_undid_while_it_ran_and_while_it_did_not(string kind)
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync(kind);
        await market.PlayAsync(41, 80);
        var first = await market.Chain.SnapshotAsync();
        await using (var run = IndexRun.Start(market, store, range: 5))
        {
            await market.PlayAsync(42, 40);
            await run.CatchUpAsync(market);
            await new HeadBook(store).LearnAsync(run.State.NewestJobs().First().Spec.Bundle.ToString(), SomeModel, Stop);
            var undone = await market.Chain.Client.BlockNumberAsync(Stop);
            await market.Chain.RevertAsync(first);
            first = await market.Chain.SnapshotAsync();
            await market.PlayAsync(43, 60);
            await market.Chain.MineAsync((int)undone);
            await run.CatchUpAsync(market);
            await AssertHoldsAsync(market, store);
        }

        var head = await market.Chain.Client.BlockNumberAsync(Stop);
        await market.Chain.RevertAsync(first);
        await market.PlayAsync(44, 60);
        await market.Chain.MineAsync((int)head);
        await using (var run = IndexRun.Start(market, store))
        {
            await run.CatchUpAsync(market);
            await AssertHoldsAsync(market, store);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Lists_everything_once_and_in_order_whatever_the_size_of_its_parts(string kind)
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync(kind);
        await market.PlayAsync(51, 250);
        await using var run = IndexRun.Start(market, store);
        await run.CatchUpAsync(market);
        var state = await market.FoldAsync();
        var reader = new IndexReader(store);
        foreach (var count in (int[])[1, 3, 200])
        {
            var jobs = await WalkAsync(cursor => reader.JobsAsync(new JobFilter(), cursor, count, Stop));
            Assert.Equal(state.NewestJobs().Select(j => j.Id.ToString()), jobs.Select(j => j.Id));
            var final = await WalkAsync(cursor => reader.JobsAsync(new JobFilter { State = JobState.Final }, cursor, count, Stop));
            Assert.Equal(state.NewestJobs().Where(j => j.State == JobState.Final).Select(j => j.Id.ToString()), final.Select(j => j.Id));
            var stakes = await WalkAsync(cursor => reader.StakesAsync(StakeRole.Provider, cursor, count, Stop));
            Assert.Equal(state.Stakes.Values.Where(s => s.Role == StakeRole.Provider).Select(s => (long)s.Id).Order(), stakes.Select(s => s.Id).Order());
            Assert.Equal(stakes.OrderByDescending(s => s.Amount).ThenByDescending(s => s.Id), stakes);
            var provider = state.Jobs.Values.SelectMany(j => j.Seats).First(s => s.Provider != 0).Provider;
            var seats = await WalkAsync(cursor => reader.SeatsAsync(provider, cursor, count, Stop));
            Assert.Equal(
                state.NewestJobs().Where(j => j.Seats.Any(s => s.Provider == provider)).Select(j => j.Id.ToString()), seats.Select(s => s.Job.Id).Distinct());
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Lists_models_by_what_was_paid_once_their_heads_are_known_and_remembers_them_when_it_is_built_anew(string kind)
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync(kind);
        var (reader, book) = (new IndexReader(store), new HeadBook(store) { AtOnce = 4 });
        var heads = Enumerable.Range(1, 7).Select(i => new Hash256([.. Enumerable.Repeat((byte)i, 32)])).ToList();
        await book.LearnAsync(heads[0].ToString(), SomeModel, Stop);
        await market.PlayAsync(55, 150);
        foreach (var head in heads)
        {
            await market.PostAsync(8, 2000, head);
        }

        await using (var run = IndexRun.Start(market, store))
        {
            await run.CatchUpAsync(market);
            Assert.Equal(new ModelCoverage(1, 0, run.State.Posted - 1), await reader.ModelCoverageAsync(Stop));
            var newest = await book.OlderAsync(long.MaxValue, 0, 3, Stop);
            Assert.Equal(run.State.NewestJobs().Take(3).Select(j => j.Id), newest.Select(j => j.Id));
            Assert.Equal(run.State.NewestJobs().Skip(3).Take(2).Select(j => j.Id), (await book.OlderAsync(newest[^1].Number, 0, 2, Stop)).Select(j => j.Id));
            Assert.Equal(newest[0].Id, Assert.Single(await book.ChangedAsync(run.State.Block, 1, Stop)).Id);
            Assert.Empty(await book.ChangedAsync(run.State.Block + 1, 5, Stop));
            Assert.Empty(await book.OlderAsync(long.MaxValue, long.MaxValue, 3, Stop));

            // Two heads of one model, one head that names none, and the head of all jobs that were played.
            await book.LearnAsync(heads[1].ToString(), SomeModel, Stop);
            await book.LearnAsync(heads[2].ToString(), "", Stop);
            await book.LearnAsync(heads[2].ToString(), "", Stop);
            foreach (var head in heads.Skip(3))
            {
                await book.LearnAsync(head.ToString(), head.ToString(), Stop);
            }

            var played = run.State.NewestJobs().Last().Spec.Bundle.ToString();
            await book.LearnAsync(played, played, Stop);
            await AssertHoldsAsync(market, store);
            Assert.Empty(await book.OlderAsync(long.MaxValue, 0, 3, Stop));
        }

        await store.ClearAsync(Stop);
        Assert.Empty((await reader.ModelsAsync(null, 10, Stop)).Items);
        await using var again = IndexRun.Start(market, store);
        await again.CatchUpAsync(market);
        var state = await AssertHoldsAsync(market, store);
        var all = await WalkAsync(cursor => reader.ModelsAsync(cursor, 2, Stop));
        Assert.Equal(all.OrderByDescending(m => m.Volume).ThenByDescending(m => m.Model, StringComparer.Ordinal), all);
        Assert.Equal(state.Jobs.Count - 7, all.Max(m => m.Jobs));
        Assert.Equal(6, all.Count);
        Assert.Equal(2, all.Single(m => m.Model == SomeModel).Jobs);
        Assert.Equal(new ModelCoverage(state.Jobs.Count - 1, 1, 0), await reader.ModelCoverageAsync(Stop));
        Assert.Equal(SomeModel, await reader.ModelOfAsync(heads[1].ToString(), Stop));
        Assert.Equal("", await reader.ModelOfAsync(heads[2].ToString(), Stop));
        Assert.Null(await reader.ModelOfAsync(SomeModel, Stop));
        Assert.Equal([heads[1].ToString(), heads[0].ToString()], (await reader.JobsAsync(new JobFilter { Model = SomeModel }, null, 10, Stop)).Items.Select(j => j.Bundle));
        Assert.Equal(new SearchHit(HitKind.Model, SomeModel), Assert.Single(await reader.SearchAsync(SomeModel, Stop)));
    }

    [Fact]
    public async Task Finds_jobs_stakes_and_accounts_by_what_people_have_of_them()
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync("sqlite");
        await market.PlayAsync(61, 120);
        await using var run = IndexRun.Start(market, store);
        await run.CatchUpAsync(market);
        var reader = new IndexReader(store);
        var job = run.State.NewestJobs().First();
        var stake = run.State.Stakes.Values.First();
        Assert.Equal(new SearchHit(HitKind.Job, job.Id.ToString()), Assert.Single(await reader.SearchAsync(job.Id.ToString()[..12].ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal), Stop)));
        Assert.Contains(new SearchHit(HitKind.Stake, stake.Id.ToString(CultureInfo.InvariantCulture)), await reader.SearchAsync($" {stake.NodeKey} ", Stop));
        Assert.Contains(new SearchHit(HitKind.Requester, job.Spec.Requester.ToString().ToLowerInvariant()), await reader.SearchAsync(job.Spec.Requester.ToString(), Stop));
        Assert.Contains(new SearchHit(HitKind.Bundle, job.Spec.Bundle.ToString()), await reader.SearchAsync(job.Spec.Bundle.ToString(), Stop));
        Assert.Equal(HitKind.Stake, Assert.Single(await reader.SearchAsync("1", Stop)).Kind);
        foreach (var nothing in (string[])["", "0x", "0x12", "0xzzzzzzzz", "'; DROP TABLE Jobs", new string('1', 500), "0x" + new string('a', 5000)])
        {
            Assert.Empty(await reader.SearchAsync(nothing, Stop));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999")]
    public async Task Refuses_cursors_that_it_did_not_give(string cursor)
    {
        var store = await StoreAsync("sqlite");
        var reader = new IndexReader(store);
        await Assert.ThrowsAsync<IndexException>(() => reader.JobsAsync(new JobFilter(), cursor, 10, Stop));
        await Assert.ThrowsAsync<IndexException>(() => reader.StakesAsync(StakeRole.Provider, cursor, 10, Stop));
        await Assert.ThrowsAsync<IndexException>(() => reader.ModelsAsync(cursor == "1-" ? "1" : cursor, 10, Stop));
    }

    [Fact]
    public async Task Refuses_another_markets_index_and_what_is_no_index()
    {
        await using RandomMarket market = await RandomMarket.StartAsync(2), other = await RandomMarket.StartAsync(1);
        var store = await StoreAsync("sqlite");
        await using (var run = IndexRun.Start(market, store))
        {
            await run.CatchUpAsync(market);
        }

        var elsewhere = other.Deployment with { ChainId = 7 };
        var refused = await Assert.ThrowsAsync<IndexException>(() => new IndexFollower(store, other.Chain.Client, elsewhere, new IndexFollowerOptions()).RunAsync(Stop));
        Assert.Contains("chain 7", refused.Message, StringComparison.Ordinal);

        var file = Path.Combine(_folder, "text.db");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("this is no database ", 100)), Stop);
        var broken = await Assert.ThrowsAsync<IndexException>(() => IndexStore.At(file).MigrateAsync(Stop));
        Assert.Contains($"{file} is no index", broken.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IndexException>(() => IndexStore.At(file).RebuildAsync(Stop));
        Assert.StartsWith("this is no database", await File.ReadAllTextAsync(file, Stop), StringComparison.Ordinal);
        Assert.Throws<IndexException>(() => IndexStore.At("postgres://nowhere"));
        await Assert.ThrowsAsync<IndexException>(() => IndexStore.At("postgres://nobody:secret@127.0.0.1:1/none").MigrateAsync(Stop));
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be_so_and_made_anew_when_asked()
    {
        await using var market = await RandomMarket.StartAsync(2);
        var file = Path.Combine(_folder, "damaged.db");
        await IndexStore.At(file).MigrateAsync(Stop);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await using (var cut = File.OpenWrite(file))
        {
            cut.SetLength(cut.Length / 2);
        }

        var store = IndexStore.At(file);
        var damaged = await Assert.ThrowsAsync<IndexException>(() => store.MigrateAsync(Stop));
        Assert.Equal($"The index at {file} is damaged; start once with --rebuild-index, which makes it anew from the chain.", damaged.Message);
        await store.RebuildAsync(Stop);
        await using var run = IndexRun.Start(market, store);
        await run.CatchUpAsync(market);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Lets_one_program_write_at_a_time_and_others_only_know(string kind)
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync(kind);
        var lead = await IndexLead.TryTakeAsync(store, Stop);
        Assert.NotNull(lead);
        Assert.Null(await IndexLead.TryTakeAsync(store, Stop));
        await market.PlayAsync(71, 60);
        await using (var reading = IndexRun.Start(market, store, writes: false))
        {
            await reading.CatchUpAsync(market);
            Assert.Equal((await market.FoldAsync()).JobOrder, reading.State.JobOrder);
            Assert.Null(await new IndexReader(store).PositionAsync(Stop));
        }

        await lead.DisposeAsync();
        await using var next = await IndexLead.TryTakeAsync(store, Stop);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Lets_go_of_jobs_that_ended_long_ago_and_finds_them_in_the_index()
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync("sqlite");
        await market.PlayAsync(81, 300);
        await using var run = IndexRun.Start(market, store, range: 1);
        await run.CatchUpAsync(market);
        await market.Chain.MineAsync(Chain.StateHistory.Kept + 10);
        await run.CatchUpAsync(market);
        var state = await AssertHoldsAsync(market, store);
        Assert.Contains(state.Jobs.Values, j => j.IsOver);
        Assert.DoesNotContain(run.State.Jobs.Values, j => j.IsOver);
        Assert.Equal(state.Jobs.Values.Count(j => !j.IsOver), run.State.Jobs.Count);
        Assert.Equal(run.State.Jobs.Count, run.State.JobOrder.Count);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Builds_an_index_of_an_older_version_anew_to_count_what_that_one_did_not(string kind)
    {
        await using var market = await RandomMarket.StartAsync();
        var store = await StoreAsync(kind);
        await market.PlayAsync(91, 250);
        await using (var run = IndexRun.Start(market, store))
        {
            await run.CatchUpAsync(market);
            await new HeadBook(store).LearnAsync(run.State.NewestJobs().First().Spec.Bundle.ToString(), SomeModel, Stop);
        }

        await using (var context = store.Open())
        {
            await context.Database.MigrateAsync("Models", Stop);
        }

        await store.MigrateAsync(Stop);
        var reader = new IndexReader(store);
        Assert.Null(await reader.PositionAsync(Stop));
        await using var again = IndexRun.Start(market, store);
        await again.CatchUpAsync(market);
        await AssertHoldsAsync(market, store);
        var model = Assert.Single((await reader.ModelsAsync(null, 10, Stop)).Items);
        Assert.Equal(SomeModel, model.Model);
        var hours = await reader.HoursAsync(0, long.MaxValue, Stop);
        Assert.Equal((hours.Sum(h => h.Executions), hours.Sum(h => h.WorkSeconds), hours.Sum(h => h.WorkVolume)), (model.Executions, model.WorkSeconds, model.WorkVolume));
        Assert.All([model.Executions, model.WorkSeconds, model.WorkVolume], number => Assert.NotEqual(0, number));
    }

    private async Task<IndexStore> StoreAsync(string kind)
    {
        var store = kind == "sqlite" ? IndexStore.At(Path.Combine(_folder, Guid.NewGuid().ToString("n") + ".db")) : await postgres.CreateAsync();
        await store.MigrateAsync(Stop);
        return store;
    }

    /// <summary>Every row is that of the folded state, and none is left over.</summary>
    private static async Task<MarketState> AssertHoldsAsync(RandomMarket market, IndexStore store)
    {
        var state = await market.FoldAsync();
        var reader = new IndexReader(store);
        await using var context = store.Open();
        var rows = await context.Jobs.OrderByDescending(j => j.Number).ToListAsync(Stop);
        Assert.Equal(state.NewestJobs().Select(j => j.Id.ToString()), rows.Select(r => r.Id));
        foreach (var row in rows)
        {
            var job = await reader.JobAsync(row.Id, Stop);
            Assert.Equal(state.Jobs[job!.Id], job);
            var expected = state.Jobs[job.Id];
            Assert.Equal(expected.Seats, job.Seats);
            Assert.Equal((expected.State, (int)expected.Spec.Tasks, (long)expected.Price), (row.State, row.Tasks, row.Price));
            Assert.Equal(expected.IsJudged, row.JudgedAt is not null);
            Assert.Equal((expected.WorkSeconds().Sum(), (long)expected.Price * expected.WorkSeconds().Count(s => s is not null)), (row.WorkSeconds, row.WorkVolume));
            Assert.True(row.PostedAt <= (row.StartedAt ?? long.MaxValue) && (row.StartedAt ?? 0) <= (row.JudgedAt ?? long.MaxValue), $"{row.PostedAt}, {row.StartedAt}, {row.JudgedAt}");
        }

        Assert.Equal(
            state.Jobs.Values.OrderBy(j => j.Number).SelectMany(j => j.Seats.Select((s, i) => (j.Number, i, (long)s.Provider, s.Outcome, j.WorkSeconds()[i]))),
            (await context.Seats.OrderBy(s => s.Job).ThenBy(s => s.Seat).ToListAsync(Stop)).Select(s => (s.Job, s.Seat, s.Provider, s.Outcome, s.WorkSeconds)));
        var stakes = await context.Stakes.ToListAsync(Stop);
        Assert.Equal(
            state.Stakes.Values.OrderBy(s => s.Id).Select(s => ((long)s.Id, (long)s.Amount, (long)s.Locked, (long)s.Credit, s.Slashed, (int)s.Tally.Accepted, state.ProfileOf(s.Id)?.Addresses ?? "")),
            stakes.OrderBy(s => s.Id).Select(s => (s.Id, s.Amount, s.Locked, s.Credit, s.Slashed, s.Accepted, s.Addresses)));
        AssertTallies(state);
        var heads = await context.Heads.ToDictionaryAsync(h => h.Bundle, h => h.Model, Stop);
        Assert.All(rows, row => Assert.Equal(heads.GetValueOrDefault(row.Bundle), row.Model));
        Assert.Equal(
            rows.Where(r => r.Model is not null).GroupBy(r => r.Model!).Select(g => (g.Key, g.LongCount(), g.LongCount(r => r.JudgedAt is not null), g.LongCount(r => r.Disputed), g.Where(r => r.JudgedAt is not null).Sum(r => (long)r.Tasks), g.Sum(r => ExecutionsOf(state, r.Id)), (g.Sum(r => r.Volume), g.Sum(r => r.WorkSeconds), g.Sum(r => r.WorkVolume)))).Order(),
            (await context.Models.Where(m => m.Jobs != 0).ToListAsync(Stop)).Select(m => (m.Model, m.Jobs, m.Judged, m.Disputed, m.Tasks, m.Executions, (m.Volume, m.WorkSeconds, m.WorkVolume))).Order());
        var hours = await reader.HoursAsync(0, long.MaxValue, Stop);
        Assert.Equal(state.Jobs.Count, hours.Sum(h => h.Posted));
        Assert.Equal(state.Jobs.Values.Count(j => j.IsJudged), hours.Sum(h => h.Judged));
        Assert.Equal(rows.Sum(r => r.Volume), hours.Sum(h => h.Volume));
        Assert.Equal(rows.Sum(r => ExecutionsOf(state, r.Id)), hours.Sum(h => h.Executions));
        Assert.Equal((rows.Sum(r => r.WorkSeconds), rows.Sum(r => r.WorkVolume)), (hours.Sum(h => h.WorkSeconds), hours.Sum(h => h.WorkVolume)));
        if (hours.Count > 0)
        {
            var (first, last) = (hours[0].Hour - 1, hours[^1].Hour);
            var pairs = hours.GroupBy(h => (h.Hour - first) / 2).Select(p => (first + (p.Key * 2), p.Sum(h => h.Posted), p.Sum(h => h.Judged), p.Sum(h => h.Volume), p.Sum(h => h.Executions), p.Sum(h => h.QueueSeconds), (p.Sum(h => h.WorkSeconds), p.Sum(h => h.WorkVolume))));
            Assert.Equal(pairs, (await reader.StretchesAsync(first, last, 2, Stop)).Select(h => (h.Hour, h.Posted, h.Judged, h.Volume, h.Executions, h.QueueSeconds, (h.WorkSeconds, h.WorkVolume))));
        }

        Assert.Equal(state.Jobs.Count, (await reader.TotalsAsync(Stop)).Jobs);
        Assert.Equal((long)state.Burnt, (await reader.PositionAsync(Stop))!.Burnt);
        return state;
    }

    /// <summary>Tasks that were executed and paid, as the chain has them.</summary>
    private static long ExecutionsOf(MarketState state, string id)
    {
        var job = state.Jobs[JobId.Parse(id)];
        return job.IsJudged ? job.Spec.Tasks * job.Count(s => s.Outcome == Outcome.Accept) : 0;
    }

    private static void AssertTallies(MarketState state)
    {
        foreach (var stake in state.Stakes.Values)
        {
            var ended = state.Jobs.Values.Where(j => j.State == JobState.Final).SelectMany(j => j.Seats.Where(s => s.Provider == stake.Id && s.HasResult).Select(s => (s.Outcome, j.Price))).ToList();
            Assert.Equal(
                ((uint)ended.Count(s => s.Outcome == Outcome.Accept), (uint)ended.Count(s => s.Outcome == Outcome.Refuse), (uint)ended.Count(s => s.Outcome == Outcome.Reject)),
                (stake.Tally.Accepted, stake.Tally.Refused, stake.Tally.Rejected));
            Assert.Equal(ended.Where(s => s.Outcome == Outcome.Accept).Aggregate(0UL, (sum, s) => sum + s.Price), stake.Tally.Paid);
            Assert.Equal(state.Jobs.Values.Sum(j => j.History.Count(h => h.Event is Chain.Contracts.MarketEvent.SeatEvicted e && e.Provider == stake.Id)), (int)stake.Tally.Late);
        }
    }

    private static async Task<List<T>> WalkAsync<T>(Func<string?, Task<Page<T>>> ask)
    {
        List<T> all = [];
        for (string? cursor = null; ;)
        {
            var page = await ask(cursor);
            all.AddRange(page.Items);
            if ((cursor = page.Next) is null)
            {
                return all;
            }
        }
    }}
