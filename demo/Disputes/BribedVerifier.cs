using System.Numerics;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Demo.Disputes;

/// <summary>A verifier that accepts every result of a job without looking at any, as soon as it may.</summary>
internal static class BribedVerifier
{
    /// <summary>Gives the verdict, with evidence that does not exist.</summary>
    public static Task AcceptAllAsync(PeerNode peer, JobId id, CancellationToken cancellationToken) =>
        AcceptAllAsync(peer, id, Keccak256.Hash("nothing was looked at"u8), cancellationToken);

    /// <summary>Gives the verdict.</summary>
    public static async Task AcceptAllAsync(PeerNode peer, JobId id, Hash256 evidence, CancellationToken cancellationToken)
    {
        for (var state = peer.Follower.State; ; state = await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false))
        {
            if (state.Job(id) is not { State: JobState.Verifying } job)
            {
                continue;
            }

            var all = job.Seats.Select((seat, i) => seat.HasResult ? 1 << i : 0).Sum();
            try
            {
                var call = MarketCalls.Verdict(job.Spec, (byte)all, 0, evidence, BigInteger.Zero);
                await peer.Account.SendAsync($"bribed:{id}:{state.Block}", call, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MarketRefusedException e) when (e.Error is MarketError.NotEligible or MarketError.TooEarly)
            {
                // Not drawn yet: with the next block it tries again.
            }
        }
    }
}
