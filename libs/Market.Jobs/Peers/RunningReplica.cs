using Market.Protocol.Providers;

namespace Market.Jobs.Peers;

/// <summary>How far this node is with a job: counts what its execution reports, for whoever asks.</summary>
/// <remarks>Reports may come from any thread and in any order; the largest counts.</remarks>
/// <param name="tasks">How many tasks the job has.</param>
/// <param name="ended">Told when nobody may ask any more.</param>
public sealed class RunningReplica(int tasks, Action<RunningReplica> ended) : IProgress<int>, IDisposable
{
    private int _done;

    /// <summary>How far it is now.</summary>
    public ReplicaProgress Look() => new() { Version = ReplicaProgress.CurrentVersion, Done = Volatile.Read(ref _done), Tasks = tasks };

    /// <inheritdoc/>
    public void Report(int value)
    {
        for (var known = Volatile.Read(ref _done); value > known;)
        {
            var before = Interlocked.CompareExchange(ref _done, value, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    /// <summary>Nobody may ask any more.</summary>
    public void Dispose() => ended(this);
}
