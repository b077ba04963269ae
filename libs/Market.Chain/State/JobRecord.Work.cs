using System.Collections.Immutable;
using Market.Chain.Contracts;
using Market.Protocol.Jobs;

namespace Market.Chain.State;

/// <content>How long providers worked for it, as far as the chain tells.</content>
public sealed partial record JobRecord
{
    /// <summary>
    /// When the last commitment came, or the only result; where a seat delivered none, when the job went on without it. In seconds
    /// since 1970; null before.
    /// </summary>
    public long? CommittedAt => History.Select(h => h.Event).OfType<MarketEvent.RevealStarted>().FirstOrDefault()?.Deadline - (long)Terms.RevealWindow ?? DeliveredAt;

    /// <summary>
    /// How long the provider of each accepted seat worked for it at most, in seconds, by seat: from its claim until all commitments
    /// were in, since no event tells the time of one. Null for a seat that is not accepted, and for one whose result came in the block
    /// of its claim: that was computed before, and nothing tells how long it took.
    /// </summary>
    public ImmutableArray<long?> WorkSeconds()
    {
        var seconds = new long?[Seats.Length];
        if (Seats.Any(s => s.Outcome == Outcome.Accept) && CommittedAt is { } end)
        {
            var early = ClaimedWithResult();
            for (var i = 0; i < seconds.Length; i++)
            {
                seconds[i] = Seats[i].Outcome == Outcome.Accept && !early[i] ? end - (Seats[i].Due - (long)Terms.RunWindow) : null;
            }
        }

        return [.. seconds];
    }

    /// <summary>Which seats got their result, or the commitment to it, in the block in which they were claimed.</summary>
    private bool[] ClaimedWithResult()
    {
        var (claimed, early) = (new ulong[Seats.Length], new bool[Seats.Length]);
        foreach (var entry in History)
        {
            switch (entry.Event)
            {
                case MarketEvent.SeatClaimed e:
                    claimed[e.Seat] = entry.Block;
                    break;
                case MarketEvent.ResultCommitted e:
                    early[e.Seat] |= claimed[e.Seat] == entry.Block;
                    break;
                // Whoever is the last commits to nothing: there is nobody left to copy it.
                case MarketEvent.ResultRevealed e:
                    early[e.Seat] |= claimed[e.Seat] == entry.Block;
                    break;
            }
        }

        return early;
    }
}
