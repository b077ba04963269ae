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
        var root = record.Root!.Value.ToId<ResultRoot>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        ReplicaOutputs? outputs = null;
        try
        {
            outputs = await FetchAsync(peer, job, record, root, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            peer.Log($"job {PeerNode.Short(job)}: seat {seat} served nothing within {patience.TotalSeconds:0} s");
        }

        return new Replica(seat, new StakeId(record.Provider), record.Class!.Value.ToId<DeterminismClassId>(), root, outputs, record.Unserved);
    }

    private static async Task<ReplicaOutputs> FetchAsync(PeerNode peer, JobRecord job, SeatRecord seat, ResultRoot root, CancellationToken cancellationToken)
    {
        var told = "";
        while (true)
        {
            var state = peer.Follower.State;
            try
            {
                if (PeerAccounts.Find(peer.Node, state, state.Stakes[seat.Provider].NodeKey) is { } source
                    && await Documents.AskAsync(peer.Node, source, DocumentKind.Result, job.Id.Value, ResultManifest.LargestBytes, cancellationToken).ConfigureAwait(false) is { } bytes)
                {
                    var manifest = ResultManifest.Read(bytes, (int)job.Spec.Tasks, root, (long)job.Spec.OutputBytes);
                    var outputs = new ReplicaOutputs(manifest, peer.Store);
                    await outputs.FetchAsync(peer.Fetcher, source, PeerNode.Holder(job), cancellationToken).ConfigureAwait(false);
                    return outputs;
                }
            }
            catch (Exception e) when (e is Libp2pException or ContentException or JobException)
            {
                if (e.Message != told)
                {
                    peer.Log($"job {PeerNode.Short(job)}: provider {seat.Provider}: {told = e.Message}");
                }
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }
}
