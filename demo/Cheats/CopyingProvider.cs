using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Protocol.Jobs;

namespace Market.Demo.Cheats;

/// <summary>Claims a seat, waits for another's commitment, and commits to the same: a result without work.</summary>
internal static class CopyingProvider
{
    public static async Task RunAsync(PeerNode peer, CancellationToken cancellationToken)
    {
        var me = peer.Stake!.Id;
        while (true)
        {
            var state = peer.Follower.State;
            foreach (var job in state.Jobs.Values.Where(j => j.State is JobState.Open or JobState.Running))
            {
                if (Next(job, me) is { } call)
                {
                    await TryAsync(peer, job, call, state.Block, cancellationToken).ConfigureAwait(false);
                }
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte[]? Next(JobRecord job, uint me)
    {
        if (job.SeatOf(me) is not { } mine)
        {
            var open = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].State == SeatState.Open).Select(i => (byte?)i).FirstOrDefault();
            return open is { } seat ? MarketCalls.Claim(job.Spec, seat) : null;
        }

        var seen = job.Seats.Select(s => s.Commitment).FirstOrDefault(c => c is not null);
        return job.Seats[mine].State == SeatState.Claimed && seen is { } commitment ? MarketCalls.Commit(job.Spec, (byte)mine, commitment) : null;
    }

    private static async Task TryAsync(PeerNode peer, JobRecord job, byte[] call, ulong block, CancellationToken cancellationToken)
    {
        try
        {
            await peer.Account.SendAsync($"cheat:{job.Id}:{block}", call, cancellationToken).ConfigureAwait(false);
        }
        catch (MarketRefusedException e)
        {
            peer.Log($"cheat: {e.Message}");
        }
    }
}
