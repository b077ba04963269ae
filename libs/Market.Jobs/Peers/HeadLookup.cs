using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Jobs.Packaging;
using Market.Libp2p;
using Market.Protocol.Bundles;

namespace Market.Jobs.Peers;

/// <summary>Gets the heads of jobs, and nothing else of them, from those who have their data.</summary>
public static class HeadLookup
{
    /// <summary>A job's head, from this node's own store or from peers; null if none of them serves it.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="state">Says who holds the job's seats, and where they are.</param>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FormatException">What the job names is no head; the message says what it is.</exception>
    public static async Task<BundleHead?> FindAsync(PeerNode peer, MarketState state, JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(job);
        var id = job.Spec.ToRules().Bundle.ToContentId();
        try
        {
            if (!await peer.Store.ContainsAsync(id, cancellationToken).ConfigureAwait(false))
            {
                await peer.Fetcher.FetchAsync(id, PeerAccounts.SourcesOf(peer.Node, state, job), BundleHead.Size, null, cancellationToken).ConfigureAwait(false);
            }

            return BundleHead.Read(await peer.Store.ReadAsync(id, BundleHead.Size, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is ContentException or Libp2pException)
        {
            return null; // nobody has it now; another time somebody may
        }
    }
}
