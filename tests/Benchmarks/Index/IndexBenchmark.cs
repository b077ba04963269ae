using System.Diagnostics;
using Market.Benchmarks.Logs;
using Market.Chain;
using Market.Chain.State;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Index.Reading;
using Market.Index.Storage;
using Market.Index.Writing;

namespace Market.Benchmarks.Index;

/// <summary>How fast an index is built from the chain's logs, and how fast it answers what pages ask.</summary>
internal static class IndexBenchmark
{
    private const int LogsAtOnce = 20_000;
    private static readonly Deployment Deployment = new(1, EventLog.AddressOf("market"), default, 0, 1);

    /// <param name="jobs">How many jobs the chain tells; some 14 events each. 0 asks an index that an earlier run has built.</param>
    /// <param name="place">A database of PostgreSQL, or a file of SQLite that stays; null for one that is removed.</param>
    public static async Task RunAsync(int jobs, string? place)
    {
        var folder = Directory.CreateTempSubdirectory("market-index");
        try
        {
            var store = IndexStore.At(place ?? Path.Combine(folder.FullName, "index.db"));
            var name = store.IsShared ? "PostgreSQL" : "SQLite";
            var state = jobs == 0 ? (await new IndexTables(store, Deployment).LoadAsync(CancellationToken.None)).State : await BuildAsync(name, store, jobs);
            await LearnAsync(store);
            await PageQuestions.AskAsync(name, new IndexReader(store), state);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Writes the index as the server does, its state now and then too; the time in which events are made up does not count.</summary>
    private static async Task<MarketState> BuildAsync(string name, IndexStore store, int jobs)
    {
        await store.MigrateAsync(CancellationToken.None);
        await store.ClearAsync(CancellationToken.None);
        var (tables, history, log) = (new IndexTables(store, Deployment), new StateHistory(MarketState.Empty), new EventLog());
        var (watch, saved) = (new Stopwatch(), TimeSpan.MinValue);
        foreach (var logs in new MarketHistory(log).Tell(jobs).Chunk(LogsAtOnce))
        {
            watch.Start();
            var saves = saved + IndexFollower.SaveAfter <= watch.Elapsed;
            await WriteAsync(tables, history, logs, saves);
            saved = saves ? watch.Elapsed : saved;
            watch.Stop();
        }

        var rate = log.Count / watch.Elapsed.TotalSeconds;
        Report.Begin("events", "jobs", "seconds", "events per second, goal");
        Report.Row($"{name}: building the index", $"{log.Count:N0}", $"{history.Current.Posted:N0}", $"{watch.Elapsed.TotalSeconds:N0}", $"{rate:N0}, ≥ 20,000");
        Console.Error.WriteLine($"The state holds {history.Current.Jobs.Count} jobs; this program, {Environment.WorkingSet >> 20} MiB.");
        return history.Current;
    }

    private static async Task WriteAsync(IndexTables tables, StateHistory history, LogEntry[] logs, bool saves)
    {
        var head = new BlockHeader { Number = logs[^1].BlockNumber, Hash = logs[^1].BlockHash, ParentHash = default, Timestamp = 1_700_000_000 + (12 * logs[^1].BlockNumber), GasLimit = 0, GasUsed = 0 };
        var cursor = LogCursor.At(new BlockPoint(head.Number, head.Hash));
        var before = history.Current;
        var changes = StateChanges.Between(before, history.Apply(new LogBatch.Applied(cursor, logs[0].BlockNumber, head, logs)));
        history.ForgetEnded();
        await tables.WriteAsync(changes, history.Current, saves ? cursor : null, CancellationToken.None);
    }

    /// <summary>Tells the model of all jobs, which have one bundle, as its head would.</summary>
    private static async Task LearnAsync(IndexStore store)
    {
        var book = new HeadBook(store);
        foreach (var job in await book.OlderAsync(long.MaxValue, 0, 1, CancellationToken.None))
        {
            await book.LearnAsync(job.Spec.Bundle.ToString(), job.Spec.Bundle.ToString(), CancellationToken.None);
        }
    }
}
