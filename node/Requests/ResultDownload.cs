using Market.Chain;
using Market.Chain.State;
using Market.Cli;
using Market.Content;
using Market.Jobs;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Node.Requests;

/// <summary>Gets a job's outputs from an accepted replica and checks them against its root on chain.</summary>
public static class ResultDownload
{
    /// <summary>Tries the accepted seats one after the other.</summary>
    /// <exception cref="FailureException">No replica was accepted, or none is to be had; one line for each.</exception>
    public static async Task<ReplicaOutputs> FetchAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken)
    {
        var accepted = job.Seats.Where(s => s.Outcome == Outcome.Accept).ToList();
        if (accepted.Count == 0)
        {
            throw new FailureException($"Job {job.Id} is {job.State} and no replica was accepted: there is no result.");
        }

        var troubles = new List<string>();
        foreach (var seat in accepted)
        {
            try
            {
                return await FetchAsync(peer, job, seat, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is Libp2pException or ContentException or JobException)
            {
                troubles.Add($"provider {seat.Provider}: {e.Message}");
            }
        }

        throw new FailureException("No accepted replica is to be had:\n" + string.Join('\n', troubles));
    }

    private static async Task<ReplicaOutputs> FetchAsync(PeerNode peer, JobRecord job, SeatRecord seat, CancellationToken cancellationToken)
    {
        var state = peer.Follower.State;
        var source = PeerAccounts.Find(peer.Node, state, state.Stakes[seat.Provider].NodeKey) ?? throw new JobException("it published no address.");
        var bytes = await Documents.AskAsync(peer.Node, source, DocumentKind.Result, job.Id.Value, ResultManifest.LargestBytes, cancellationToken).ConfigureAwait(false)
            ?? throw new JobException("it has no result for us.");
        var manifest = ResultManifest.Read(bytes, (int)job.Spec.Tasks, seat.Root!.Value.ToId<ResultRoot>(), (long)job.Spec.OutputBytes);
        var outputs = new ReplicaOutputs(manifest, peer.Store);
        await outputs.FetchAsync(peer.Fetcher, source, PeerNode.Holder(job), cancellationToken).ConfigureAwait(false);
        return outputs;
    }
}
