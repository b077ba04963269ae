using Market.Chain.State;
using Market.Libp2p;
using Market.Protocol.Jobs;
using Market.Protocol.Providers;

namespace Market.Jobs.Peers;

/// <summary>Asks the nodes of providers how far they are with a job. What they answer is a claim.</summary>
public static class ProgressLookup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How far the node is that holds a seat; null if it executes nothing there, does not say, or does not answer within 5 s.</summary>
    /// <param name="node">Who asks.</param>
    /// <param name="state">Knows where nodes are.</param>
    /// <param name="job">The job.</param>
    /// <param name="seat">Whose progress.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public static async Task<ReplicaProgress?> FindAsync(Node node, MarketState state, JobRecord job, int seat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(job);
        if (job.Seats[seat] is not { State: SeatState.Claimed, Provider: var provider } || !state.Stakes.TryGetValue(provider, out var stake)
            || PeerAccounts.Find(node, state, stake.NodeKey) is not { } peer)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var bytes = await Documents.AskAsync(node, peer, DocumentKind.Progress, job.Id.Value, ReplicaProgress.LargestBytes, limit.Token).ConfigureAwait(false);
            return bytes is null ? null : ReplicaProgress.Read(bytes, job.Spec.Tasks).Document;
        }
        catch (Exception e) when (e is Libp2pException or JobException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
