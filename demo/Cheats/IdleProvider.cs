using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs.Peers;
using Market.Protocol.Jobs;

namespace Market.Demo.Cheats;

/// <summary>Claims seats and executes nothing: copies a commitment, or commits to a root that it made up, and does not reveal or serve it.</summary>
internal sealed class IdleProvider(PeerNode peer, CheatKind kind)
{
    private static readonly Hash256 Class = Keccak256.Hash("a class"u8);
    private static readonly Hash256 Root = Keccak256.Hash("a root"u8);
    private static readonly Hash256 Salt = Keccak256.Hash("a salt"u8);
    private static readonly Hash256 OtherSalt = Keccak256.Hash("another salt"u8);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = peer.Follower.State;
            foreach (var job in state.Jobs.Values.Where(j => j.State is JobState.Open or JobState.Running or JobState.Revealing))
            {
                if (await NextAsync(job, peer.Stake!.Id, cancellationToken).ConfigureAwait(false) is { } call)
                {
                    await TryAsync(job, call, state.Block, cancellationToken).ConfigureAwait(false);
                }
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<byte[]?> NextAsync(JobRecord job, uint me, CancellationToken cancellationToken)
    {
        if (job.SeatOf(me) is not { } mine)
        {
            var open = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].State == SeatState.Open).Select(i => (byte?)i).FirstOrDefault();
            return job.State == JobState.Open && open is { } seat ? MarketCalls.Claim(job.Spec, seat) : null;
        }

        if (job.Seats[mine].State == SeatState.Claimed)
        {
            return await CommitmentAsync(job, me, cancellationToken).ConfigureAwait(false) is { } commitment ? MarketCalls.Commit(job.Spec, (byte)mine, commitment) : null;
        }

        var reveals = kind is CheatKind.WrongSalt or CheatKind.Withheld && job.State == JobState.Revealing && job.Seats[mine].State == SeatState.Committed;
        return reveals ? MarketCalls.Reveal(job.Spec, (byte)mine, Class, Root, kind == CheatKind.WrongSalt ? OtherSalt : Salt) : null;
    }

    private async Task<Hash256?> CommitmentAsync(JobRecord job, uint me, CancellationToken cancellationToken) => kind == CheatKind.Copy
        ? job.Seats.Select(s => s.Commitment).FirstOrDefault(c => c is not null)
        : await peer.Account.Contract.CommitmentAsync(job.Id, me, Class, Root, Salt, cancellationToken).ConfigureAwait(false);

    private async Task TryAsync(JobRecord job, byte[] call, ulong block, CancellationToken cancellationToken)
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
