using Market.Chain;
using Market.Chain.State;
using Market.Cli;
using Market.Jobs;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Node.Requests;

/// <summary>Finds jobs by what people type, and the evidence of their verdicts.</summary>
public static class JobLookup
{
    private const int LeastDigits = 6;

    /// <summary>A job by its id or the beginning of it.</summary>
    /// <exception cref="FailureException">There is none, or more than one.</exception>
    public static JobRecord Find(MarketState state, string text)
    {
        var found = text.Length >= LeastDigits
            ? state.Jobs.Values.Where(j => j.Id.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).Take(2).ToList()
            : throw new FailureException($"'{text}' is too short for a job's id, expected 0x and 64 digits, or at least {LeastDigits} characters of it.");
        return found.Count switch
        {
            1 => found[0],
            0 => throw new FailureException($"No job '{text}' among {state.Jobs.Count} on chain."),
            _ => throw new FailureException($"More than one job begins with '{text}'."),
        };
    }

    /// <summary>The evidence of a job's verdict, checked against the digest on chain; null if its verifier does not serve it.</summary>
    public static async Task<Evidence?> EvidenceAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken)
    {
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
