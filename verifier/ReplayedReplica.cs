using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Jobs.Verification;

namespace Market.Verifier;

/// <summary>One seat's claim for a task beside the canonical result.</summary>
/// <param name="Seat">The seat.</param>
/// <param name="Provider">Who holds it.</param>
/// <param name="Digest">The digest of what it claims; null if that is nowhere to be had.</param>
/// <param name="ShareOfTolerance">How far it is off: more than 1 is beyond tolerance, null where it cannot be compared.</param>
/// <param name="Found">The same in words.</param>
internal sealed record ReplayedReplica(int Seat, uint Provider, string? Digest, double? ShareOfTolerance, string Found)
{
    public static async Task<ReplayedReplica> FindAsync(
        PeerNode peer, JobRecord job, int seat, int task, TaskResult canonical, ResultComparison comparison, TimeSpan patience, CancellationToken cancellationToken)
    {
        var provider = job.Seats[seat].Provider;
        if (await ReplicaLookup.FindTaskAsync(peer, job, seat, task, [], patience, cancellationToken).ConfigureAwait(false) is not { } claimed)
        {
            return new ReplayedReplica(seat, provider, null, null, "Nobody shows its outputs.");
        }

        var distance = comparison.Between(canonical, claimed);
        return new ReplayedReplica(seat, provider, claimed.Digest.Root.ToString(), double.IsFinite(distance.ShareOfTolerance) ? distance.ShareOfTolerance : null, distance.InWords);
    }
}
