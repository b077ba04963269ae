using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Demo.Disputes;

/// <summary>A juror of the first committee that executes nothing, and votes as it was agreed upon: that everybody who is contested is wrong.</summary>
internal static class LyingJuror
{
    private static readonly Hash256 Digest = Keccak256.Hash("a digest that was agreed upon"u8);
    private static readonly Hash256 Salt = Keccak256.Hash("a salt"u8);

    /// <summary>Sits down, votes and opens the vote.</summary>
    public static Task SitAsync(PeerNode peer, JobId id, CancellationToken stop) =>
        Insistence.UntilAsync(peer, id, job => job.IsOver || job.Dispute is { Round: > 1 }, job => NextAsync(peer, job, stop), stop);

    private static async Task<byte[]?> NextAsync(PeerNode peer, JobRecord job, CancellationToken stop)
    {
        if (job is not { State: JobState.Disputed, Dispute: { Round: 1 } dispute })
        {
            return null;
        }

        var me = peer.Stake!.Id;
        var wrong = (byte)((1 << dispute.Points.Length) - 1);
        return (dispute.Phase, dispute.JurorOf(me)) switch
        {
            (DisputePhase.Seating, null) => MarketCalls.Join(job.Spec),
            (DisputePhase.Voting, { Commitment: null }) =>
                MarketCalls.Vote(job.Spec, await peer.Account.Contract.VoteCommitmentAsync(job.Id, dispute.Round, me, wrong, Digest, Salt, stop).ConfigureAwait(false)),
            (DisputePhase.Opening, { Opened: false }) => MarketCalls.OpenVote(job.Spec, wrong, Digest, Salt),
            _ => null,
        };
    }
}
