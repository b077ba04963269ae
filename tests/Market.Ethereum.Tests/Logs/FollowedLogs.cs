using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;

namespace Market.Ethereum.Tests.Logs;

/// <summary>What a consumer of batches would hold, and a check that each batch joins the one before.</summary>
internal sealed class FollowedLogs
{
    private readonly List<LogEntry> _logs = [];

    public List<LogBatch> Batches { get; } = [];

    public LogCursor Cursor => Batches.Count == 0 ? LogCursor.Start : Batches[^1].Cursor;

    /// <summary>The second words that the emitter was given, in order.</summary>
    public byte[] Values => [.. _logs.Select(log => log.Data.Span[31])];

    public IEnumerable<LogBatch.RolledBack> Rollbacks => Batches.OfType<LogBatch.RolledBack>();

    /// <summary>Reads batches until the condition holds, or fails after a while naming what was seen.</summary>
    public async Task ReadUntilAsync(LogFollower follower, Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            await foreach (var batch in follower.FollowAsync(Cursor, limit.Token))
            {
                Add(batch);
                if (condition())
                    return;
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"Saw logs {string.Join(',', Values)} and head {Cursor.Head?.Number} without the expected state.", e);
        }
    }

    private void Add(LogBatch batch)
    {
        if (batch is LogBatch.Applied applied)
        {
            if (Cursor.Head is { } head)
                Assert.Equal(head.Number + 1, applied.FromBlock);
            _logs.AddRange(applied.Logs);
        }
        else if (batch is LogBatch.RolledBack rolledBack)
        {
            _logs.RemoveAll(log => rolledBack.ToBlock is null || log.BlockNumber > rolledBack.ToBlock);
        }

        Batches.Add(batch);
    }
}
