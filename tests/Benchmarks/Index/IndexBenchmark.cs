using System.Diagnostics;
using Market.Benchmarks.Logs;
using Market.Chain;
using Market.Chain.State;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Index.Reading;
using Market.Index.Storage;
using Market.Index.Writing;
using Market.Protocol.Jobs;

namespace Market.Benchmarks.Index;

/// <summary>How fast an index is built from the chain's logs, and how fast it answers what pages ask.</summary>
internal static class IndexBenchmark
{
    private const int LogsAtOnce = 20_000;
    private static readonly Deployment Deployment = new(1, LogWriter.AddressOf("market"), default, 0, 1);

    /// <param name="events">How many events the chain tells; some 13 a job.</param>
    /// <param name="postgres">A database of PostgreSQL to measure too, or null.</param>
    public static async Task RunAsync(int events, string? postgres)
    {
        var folder = Directory.CreateTempSubdirectory("market-index");
        try
        {
            var file = Path.Combine(folder.FullName, "logs.json");
            using (var log = new LogWriter(file))
            {
                new MarketHistory(log).Tell(events);
            }

            List<(string Name, IndexStore Store)> stores = [("SQLite", IndexStore.At(Path.Combine(folder.FullName, "index.db")))];
            if (postgres is not null)
            {
                stores.Add(("PostgreSQL", IndexStore.At(postgres)));
            }

            foreach (var (name, store) in stores)
            {
                var state = await BuildAsync(name, store, file);
                await LearnAsync(name, store);
                await AskAsync(name, new IndexReader(store), state);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<MarketState> BuildAsync(string name, IndexStore store, string file)
    {
        await store.MigrateAsync(CancellationToken.None);
        await store.ClearAsync(CancellationToken.None);
        var (tables, history) = (new IndexTables(store, Deployment), new StateHistory(MarketState.Empty));
        var (events, watch) = (0, new Stopwatch());
        foreach (var answers in File.ReadLines(file).Chunk(LogsAtOnce / 1000))
        {
            List<LogEntry> logs = [.. answers.SelectMany(LogsBenchmark.Read)];
            watch.Start();
            await WriteAsync(tables, history, logs, first: events == 0);
            watch.Stop();
            events += logs.Count;
        }

        var state = history.Current;
        Report.Begin("events", "events per second", "jobs");
        Report.Row($"{name}: building the index", $"{events:N0}", $"{events / watch.Elapsed.TotalSeconds:N0}", $"{state.Posted:N0}");
        return state;
    }

    private static async Task WriteAsync(IndexTables tables, StateHistory history, List<LogEntry> logs, bool first)
    {
        var head = new BlockHeader { Number = logs[^1].BlockNumber, Hash = logs[^1].BlockHash, ParentHash = default, Timestamp = 1_700_000_000 + (12 * logs[^1].BlockNumber), GasLimit = 0, GasUsed = 0 };
        var cursor = LogCursor.At(new BlockPoint(head.Number, head.Hash));
        var before = history.Current;
        var changes = StateChanges.Between(before, history.Apply(new LogBatch.Applied(cursor, logs[0].BlockNumber, head, logs)));
        history.ForgetEnded();
        await tables.WriteAsync(changes, history.Current, first ? cursor : null, CancellationToken.None);
    }

    /// <summary>Tells the models of all jobs, as heads would, with their bundles for roots.</summary>
    private static async Task LearnAsync(string name, IndexStore store)
    {
        var book = new HeadBook(store);
        var watch = Stopwatch.StartNew();
        var heads = 0;
        while (await book.OlderAsync(long.MaxValue, 0, 1, CancellationToken.None) is [var job])
        {
            await book.LearnAsync(job.Spec.Bundle.ToString(), job.Spec.Bundle.ToString(), CancellationToken.None);
            heads++;
        }

        Report.Begin("heads", "heads per second");
        Report.Row($"{name}: learning of models", $"{heads:N0}", $"{heads / watch.Elapsed.TotalSeconds:N0}");
    }

    private static async Task AskAsync(string name, IndexReader reader, MarketState state)
    {
        var random = new Random(1);
        string? Somewhere() => random.NextInt64(1, state.Posted).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var some = (await reader.JobsAsync(new JobFilter(), Somewhere(), 200, default)).Items;
        var hour = (long)(state.Time / 3600);
        Report.Begin("p50", "p95", "most");
        await TimeAsync($"{name}: overview", async () =>
        {
            await reader.TotalsAsync(default);
            await reader.HoursAsync(hour - (52 * 7 * 24), hour, default);
            await reader.JobsAsync(new JobFilter(), null, 8, default);
        });
        await TimeAsync($"{name}: jobs, anywhere in the list", () => reader.JobsAsync(new JobFilter(), Somewhere(), 25, default));
        await TimeAsync($"{name}: jobs that expired, anywhere", () => reader.JobsAsync(new JobFilter { State = JobState.Expired }, Somewhere(), 25, default));
        await TimeAsync($"{name}: jobs of a requester, anywhere", () => reader.JobsAsync(new JobFilter { Requester = some[random.Next(some.Count)].Requester }, Somewhere(), 25, default));
        await TimeAsync($"{name}: contested jobs, anywhere", () => reader.JobsAsync(new JobFilter { Disputed = true }, Somewhere(), 25, default));
        await TimeAsync($"{name}: one job", () => reader.JobAsync(some[random.Next(some.Count)].Id, default));
        await TimeAsync($"{name}: a provider and its seats, anywhere", async () =>
        {
            var provider = random.NextInt64(1, 60);
            await reader.StakeAsync(provider, default);
            await reader.SeatsAsync(provider, Somewhere(), 25, default);
        });
        await TimeAsync($"{name}: models by use", async () =>
        {
            await reader.ModelsAsync(null, 50, default);
            await reader.ModelCoverageAsync(default);
        });
        await TimeAsync($"{name}: jobs of a model, anywhere", () => reader.JobsAsync(new JobFilter { Model = some[random.Next(some.Count)].Bundle }, Somewhere(), 25, default));
        await TimeAsync($"{name}: providers", () => reader.StakesAsync(StakeRole.Provider, null, 50, default));
        await TimeAsync($"{name}: search by the beginning of an id", () => reader.SearchAsync(some[random.Next(some.Count)].Id[..12], default));
    }

    private static async Task TimeAsync(string what, Func<Task> ask)
    {
        const int Warm = 20, Times = 300;
        var times = new double[Times];
        for (var i = -Warm; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await ask();
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        Report.Row(what, Report.Number(times[Times / 2], "ms"), Report.Number(times[Times * 95 / 100], "ms"), Report.Number(times[^1], "ms"));
    }
}
