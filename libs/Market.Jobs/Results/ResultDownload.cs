using Market.Chain.State;
using Market.Content;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Jobs;

namespace Market.Jobs.Results;

/// <summary>Gets a job's outputs from an accepted replica and checks them against its root on chain.</summary>
public static class ResultDownload
{
    /// <summary>Tries the accepted seats one after the other.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="job">The job.</param>
    /// <param name="holder">Under which name the outputs are pinned.</param>
    /// <param name="mostBytes">The most bytes of outputs that are fetched.</param>
    /// <param name="cancellationToken">Stops; what came stays.</param>
    /// <exception cref="JobException">No replica was accepted, or none is to be had; one line for each.</exception>
    public static async Task<ReplicaOutputs> FetchAsync(PeerNode peer, JobRecord job, string holder, long mostBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        var accepted = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].Outcome == Outcome.Accept).ToList();
        if (accepted.Count == 0)
        {
            throw new JobException($"Job {job.Id} is {job.State} and no replica was accepted: there is no result.");
        }

        var troubles = new List<string>();
        foreach (var seat in accepted)
        {
            try
            {
                return await FetchAsync(peer, job, seat, holder, mostBytes, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is Libp2pException or ContentException or JobException)
            {
                troubles.Add($"provider {job.Seats[seat].Provider}: {e.Message}");
            }
        }

        throw new JobException("No accepted replica is to be had:\n" + string.Join('\n', troubles));
    }

    private static async Task<ReplicaOutputs> FetchAsync(PeerNode peer, JobRecord job, int seat, string holder, long mostBytes, CancellationToken cancellationToken)
    {
        var state = peer.Follower.State;
        var source = PeerAccounts.Find(peer.Node, state, state.Stakes[job.Seats[seat].Provider].NodeKey) ?? throw new JobException("it published no address.");
        var outputs = await ReplicaLookup.AskAsync(peer, job, seat, source, cancellationToken).ConfigureAwait(false) ?? throw new JobException("it has no result for us.");
        if (outputs.Manifest.OutputBytes > mostBytes)
        {
            throw new JobException($"its outputs have {outputs.Manifest.OutputBytes} bytes, expected at most {mostBytes}.");
        }

        await outputs.FetchAsync(peer.Fetcher, source, holder, cancellationToken).ConfigureAwait(false);
        return outputs;
    }
}
