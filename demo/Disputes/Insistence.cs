using Market.Chain;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Protocol.Ids;

namespace Market.Demo.Disputes;

/// <summary>How cheats act on chain: they send what they want with every block, whatever was refused before.</summary>
internal static class Insistence
{
    /// <summary>Sends until something holds of the job.</summary>
    /// <param name="peer">Who sends.</param>
    /// <param name="id">The job.</param>
    /// <param name="done">What ends it.</param>
    /// <param name="next">What to send, if anything, as the job stands.</param>
    /// <param name="stop">Stops.</param>
    public static async Task UntilAsync(PeerNode peer, JobId id, Func<JobRecord, bool> done, Func<JobRecord, Task<byte[]?>> next, CancellationToken stop)
    {
        for (var state = peer.Follower.State; state.Job(id) is not { } now || !done(now); state = await peer.Follower.NextAsync(state, stop).ConfigureAwait(false))
        {
            if (state.Job(id) is not { } job || await next(job).ConfigureAwait(false) is not { } call)
            {
                continue;
            }

            try
            {
                await peer.Account.SendAsync($"cheat:{id}:{state.Block}", call, stop).ConfigureAwait(false);
            }
            catch (MarketRefusedException e)
            {
                peer.Log($"cheat: {e.Message}");
            }
        }
    }
}
