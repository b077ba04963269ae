using System.Collections.Concurrent;
using Market.Chain.State;
using Market.Jobs.Peers;

namespace Market.Web;

/// <summary>Whether nodes answer and what machines they are, asked because somebody looks, and seldom.</summary>
internal sealed class PeerAnswers(MarketWatch watch, TimeProvider clock)
{
    private const int MostKept = 10_000;
    private const int AskedAtOnce = 16;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<uint, Known> _known = new();
    private int _running;

    /// <summary>What the node of a stake last answered; null before its first answer, which a later block will show.</summary>
    public PeerAnswer? Of(StakeRecord stake)
    {
        var known = _known.GetValueOrDefault(stake.Id);
        var old = known is null ? _known.Count < MostKept : clock.GetElapsedTime(known.AskedAt) > Fresh;
        if (old && watch.Peer is { } peer && Volatile.Read(ref _running) < AskedAtOnce)
        {
            // Marked as asked first, so that other viewers do not ask meanwhile.
            _known[stake.Id] = new Known(clock.GetTimestamp(), known?.Answer);
            _ = AskAsync(peer, stake);
        }

        return known?.Answer;
    }

    private async Task AskAsync(PeerNode peer, StakeRecord stake)
    {
        Interlocked.Increment(ref _running);
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            var answer = await PeerAnswer.AskAsync(peer.Node, peer.Follower.State, stake, limit.Token);
            _known[stake.Id] = new Known(clock.GetTimestamp(), answer);
        }
        catch (OperationCanceledException)
        {
            _known[stake.Id] = new Known(clock.GetTimestamp(), new PeerAnswer(null, null, $"It did not answer within {Patience.TotalSeconds:0} seconds."));
        }
        catch (ObjectDisposedException)
        {
            // Our own node ended meanwhile, and says nothing of theirs.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private sealed record Known(long AskedAt, PeerAnswer? Answer);
}
