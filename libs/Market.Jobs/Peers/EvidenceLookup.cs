using Market.Chain;
using Market.Chain.State;
using Market.Ethereum;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Peers;

/// <summary>Gets the evidence of verdicts from those who gave them.</summary>
public static class EvidenceLookup
{
    /// <summary>The evidence of a job's verdict, checked against the digest on chain; null if its verifier does not serve it, or named the evidence of another job.</summary>
    public static async Task<Evidence?> FindAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        if (job.Evidence?.ToId<ContentDigest>() is not { } digest || job.Verifier == 0)
        {
            return null;
        }

        try
        {
            var bytes = await AskAsync(peer, peer.Follower.State.Stakes[job.Verifier].NodeKey, digest, cancellationToken).ConfigureAwait(false);
            return bytes is not null && Evidence.Read(bytes) is { Document: { } evidence } && evidence.Digest() == digest && evidence.Job == job.Id ? evidence : null;
        }
        catch (Exception e) when (e is Libp2pException or JobException)
        {
            peer.Log($"evidence: {e.Message}");
            return null;
        }
    }

    /// <summary>From our own shelf if the verdict is ours: nobody dials itself.</summary>
    private static async Task<byte[]?> AskAsync(PeerNode peer, Address verifier, ContentDigest digest, CancellationToken cancellationToken) =>
        verifier == peer.Account.Address ? await peer.Shelf.FindAsync(peer.Node.PeerId, DocumentKind.Evidence, digest.Value, cancellationToken).ConfigureAwait(false)
        : PeerAccounts.Find(peer.Node, peer.Follower.State, verifier) is { } found
            ? await Documents.AskAsync(peer.Node, found, DocumentKind.Evidence, digest.Value, Evidence.LargestBytes, cancellationToken).ConfigureAwait(false)
        : null;
}
