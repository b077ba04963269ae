using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Ethereum;
using Market.Jobs.Results;
using Market.Libp2p;
using Market.Protocol.Ids;

namespace Market.Jobs.Peers;

/// <summary>Gets replicas from whoever holds them. A root on chain binds each, so that it does not matter who shows it.</summary>
public static class ReplicaLookup
{
    /// <summary>A seat's replica as one peer shows it, its outputs not fetched yet; null if that peer has none, or none for us now.</summary>
    /// <exception cref="Libp2pException">The peer cannot be reached.</exception>
    /// <exception cref="JobException">What it shows is not what stands on chain.</exception>
    public static async Task<ReplicaOutputs?> AskAsync(PeerNode peer, JobRecord job, int seat, PeerId source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        var root = job.Seats[seat].Root!.Value.ToId<ResultRoot>();
        return await Documents.AskAsync(peer.Node, source, DocumentKind.Result, root.Value, ResultManifest.LargestBytes, cancellationToken).ConfigureAwait(false) is { } bytes
            ? new ReplicaOutputs(ResultManifest.Read(bytes, (int)job.Spec.Tasks, root, (long)job.Spec.OutputBytes), peer.Store)
            : null;
    }

    /// <summary>What a seat claims for one task, from this node, its provider, the verdict's verifier, the requester, or others; null if nobody shows it in time.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="job">The job.</param>
    /// <param name="seat">The seat; its result is on chain.</param>
    /// <param name="task">The task.</param>
    /// <param name="others">Who else may have it.</param>
    /// <param name="patience">How long it is tried, with every block again.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<TaskResult?> FindTaskAsync(
        PeerNode peer, JobRecord job, int seat, int task, IReadOnlyList<Address> others, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            if (await ReadHeldAsync(peer, job, seat, task, limit.Token).ConfigureAwait(false) is { } held)
            {
                return held;
            }

            while (true)
            {
                var state = peer.Follower.State;
                foreach (var source in HoldersOf(state, job, seat).Concat(others).Distinct().Select(account => PeerAccounts.Find(peer.Node, state, account)))
                {
                    if (source is not null && await TryAsync(peer, job, seat, task, source, limit.Token).ConfigureAwait(false) is { } result)
                    {
                        return result;
                    }
                }

                await peer.Follower.NextAsync(state, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<TaskResult?> ReadHeldAsync(PeerNode peer, JobRecord job, int seat, int task, CancellationToken cancellationToken)
    {
        try
        {
            return peer.Shelf.Held(job.Seats[seat].Root!.Value.ToId<ResultRoot>()) is { } bytes
                ? await new ReplicaOutputs(ResultManifest.Read(bytes, (int)job.Spec.Tasks), peer.Store).ReadAsync(task, cancellationToken).ConfigureAwait(false)
                : null;
        }
        catch (Exception e) when (e is ContentException or JobException)
        {
            // The store needed the room for other jobs.
            return null;
        }
    }

    private static IEnumerable<Address> HoldersOf(MarketState state, JobRecord job, int seat)
    {
        yield return state.Stakes[job.Seats[seat].Provider].NodeKey;
        if (job.Verifier != 0)
        {
            yield return state.Stakes[job.Verifier].NodeKey;
        }

        yield return job.Spec.Requester;
    }

    private static async Task<TaskResult?> TryAsync(PeerNode peer, JobRecord job, int seat, int task, PeerId source, CancellationToken cancellationToken)
    {
        try
        {
            if (source != peer.Node.PeerId && await AskAsync(peer, job, seat, source, cancellationToken).ConfigureAwait(false) is { } outputs)
            {
                await outputs.FetchAsync(task, peer.Fetcher, source, PeerNode.Holder(job), cancellationToken).ConfigureAwait(false);
                return await outputs.ReadAsync(task, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is Libp2pException or JobException || e is ContentException { Reason: not (ContentReason.StoreFull or ContentReason.DiskFull) })
        {
            // A full store of our own says nothing about the other's outputs.
            peer.Log($"job {PeerNode.Short(job)}: seat {seat}, task {task}: {e.Message}");
        }

        return null;
    }
}
