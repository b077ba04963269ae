namespace Market.Libp2p.Connections;

/// <summary>Counts running tasks, so that their owner can wait for the last of them to end.</summary>
internal sealed class TaskTally
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1;

    internal int Running => Volatile.Read(ref _count) - 1;

    /// <summary>Counts a task that handles its own failures.</summary>
    internal void Add(Task task)
    {
        Interlocked.Increment(ref _count);
        _ = EndAsync(task);
    }

    /// <summary>Completes when every task has ended; to be called once, when no more are added from outside.</summary>
    internal Task WhenAllAsync()
    {
        Leave();
        return _ended.Task;
    }

    private async Task EndAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _ended.TrySetResult();
        }
    }
}
