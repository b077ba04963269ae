using System.Collections.Concurrent;
using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Jobs;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Node.Providers;

/// <summary>Takes jobs, executes them and earns: one <see cref="ProviderJob"/> for each job that may concern this node.</summary>
public sealed class Provider(PeerNode peer, ProviderJournal journal, ProviderOptions options)
{
    private const int MostFailures = 20;
    private readonly TracedModels _traced = new(Path.Combine(peer.DataFolder, "traces"));
    private readonly ConcurrentDictionary<JobId, Task> _running = new();
    private readonly ConcurrentDictionary<JobId, bool> _declined = new();
    private readonly ConcurrentDictionary<JobId, int> _failures = new();

    /// <summary>Works until the token ends it. After a restart it goes on with the seats that it holds.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(options.Jobs);
        await OfferAgainAsync(cancellationToken).ConfigureAwait(false);
        var unfinished = new HashSet<JobId>();
        var known = 0;
        var state = peer.Follower.State;
        try
        {
            while (true)
            {
                // A reorganization may take jobs away: then all are looked at again.
                known = Math.Min(known, state.JobOrder.Count);
                unfinished.UnionWith(state.JobOrder.Skip(known));
                known = state.JobOrder.Count;
                unfinished.RemoveWhere(id => state.Job(id) is null or { IsOver: true });
                foreach (var id in unfinished.Where(id => !_running.ContainsKey(id) && !_declined.ContainsKey(id) && Concerns(state.Job(id)!)).ToList())
                {
                    _running[id] = RunAsync(id, free, cancellationToken);
                }

                state = await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>After a restart, results and data of earlier jobs are still to be had, as far as the store holds them.</summary>
    private async Task OfferAgainAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, bytes) in journal.Newest())
        {
            if (peer.Follower.State.Job(id) is not { IsJudged: true } job)
            {
                continue;
            }

            try
            {
                var data = await JobData.FetchAsync(job.Spec.ToRules(), PeerNode.Holder(job), peer.Store, peer.Fetcher, [], cancellationToken).ConfigureAwait(false);
                var manifest = ResultManifest.Read(bytes, (int)job.Spec.Tasks);
                peer.Shelf.Publish(data.Blobs);
                peer.Shelf.Offer(id, manifest);
            }
            catch (Exception e) when (e is ContentException or JobException)
            {
                // The store needed the room for newer jobs.
            }

            peer.Store.Unpin(PeerNode.Holder(job));
        }
    }

    /// <summary>A job with an open seat, also one that somebody lost, or with a seat of ours.</summary>
    private bool Concerns(JobRecord job) => peer.Stake is { } stake
        && (job.SeatOf(stake.Id) is not null || (job.State == JobState.Open && !job.Barred.Contains(stake.Id)));

    private async Task RunAsync(JobId id, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            if (await new ProviderJob(peer, journal, options, _traced, free, id).RunAsync(cancellationToken).ConfigureAwait(false) is { Reason: not RefusalReason.NoSeat })
            {
                _declined[id] = true;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The chain holds what is done; a restart goes on from there.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A seat obliges: with the next block it is tried again, from where the chain and the journal say that it is.
            var failures = _failures.AddOrUpdate(id, 1, (_, earlier) => earlier + 1);
            var again = e is not JobException && failures < MostFailures && peer.Stake is { } stake && peer.Follower.State.Job(id)?.SeatOf(stake.Id) is not null;
            if (!again)
            {
                _declined[id] = true;
            }

            peer.Log($"job {id.ToString()[..10]}: {(again ? "tried again" : "given up")}: {e.Message}");
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }
}
