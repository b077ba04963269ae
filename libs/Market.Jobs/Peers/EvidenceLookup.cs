using Market.Chain;
using Market.Chain.State;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Peers;

/// <summary>Gets the evidence of verdicts from those who gave them.</summary>
public static class EvidenceLookup
{
    /// <summary>The evidence of a job's verdict, checked against the digest on chain; null if its verifier does not serve it.</summary>
    public static async Task<Evidence?> FindAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        var state = peer.Follower.State;
        if (job.Evidence?.ToId<ContentDigest>() is not { } digest || job.Verifier == 0
            || PeerAccounts.Find(peer.Node, state, state.Stakes[job.Verifier].NodeKey) is not { } verifier)
        {
            return null;
        }

        try
        {
            var bytes = await Documents.AskAsync(peer.Node, verifier, DocumentKind.Evidence, digest.Value, Evidence.LargestBytes, cancellationToken).ConfigureAwait(false);
            return bytes is not null && Evidence.Read(bytes) is { Document: { } evidence } && evidence.Digest() == digest ? evidence : null;
        }
        catch (Exception e) when (e is Libp2pException or JobException)
        {
            peer.Log($"evidence: {e.Message}");
            return null;
        }
    }
}
