using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Jobs;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Libp2p;
using Market.Protocol.Ids;

namespace Market.Verifier;

/// <summary>Fetches what providers have to show for their roots.</summary>
internal static class ReplicaGathering
{
    /// <summary>The replica of a seat; its outputs are null if they are not to be had within the time.</summary>
    public static async Task<Replica> GatherAsync(PeerNode peer, JobRecord job, int seat, TimeSpan patience, CancellationToken cancellationToken)
    {
        var record = job.Seats[seat];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        ReplicaOutputs? outputs = null;
        try
        {
            outputs = await FetchAsync(peer, job, seat, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            peer.Log($"job {PeerNode.Short(job)}: seat {seat} served nothing within {patience.TotalSeconds:0} s");
        }

        return new Replica(
            seat, new StakeId(record.Provider), record.Class!.Value.ToId<DeterminismClassId>(), record.Root!.Value.ToId<ResultRoot>(), outputs, record.Unserved);
    }

    private static async Task<ReplicaOutputs> FetchAsync(PeerNode peer, JobRecord job, int seat, CancellationToken cancellationToken)
    {
        var provider = job.Seats[seat].Provider;
        var told = "";
        while (true)
        {
            var state = peer.Follower.State;
            try
            {
                if (PeerAccounts.Find(peer.Node, state, state.Stakes[provider].NodeKey) is { } source
                    && await ReplicaLookup.AskAsync(peer, job, seat, source, cancellationToken).ConfigureAwait(false) is { } outputs)
                {
                    await outputs.FetchAsync(peer.Fetcher, source, PeerNode.Holder(job), cancellationToken).ConfigureAwait(false);
                    return outputs;
                }
            }
            catch (Exception e) when (e is Libp2pException or ContentException or JobException)
            {
                if (e.Message != told)
                {
                    peer.Log($"job {PeerNode.Short(job)}: provider {provider}: {told = e.Message}");
                }
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }
}
