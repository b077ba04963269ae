using System.Collections.Frozen;
using Market.Chain.Contracts;
using Market.Protocol.Jobs;

namespace Market.Chain.State;

/// <content>When things happened to it, in seconds since 1970. Events name deadlines, not times: a deadline less its window is the time of the block.</content>
public sealed partial record JobRecord
{
    /// <summary>When it was posted.</summary>
    public long PostedAt => ((MarketEvent.JobPosted)History[0].Event).Deadline - (long)Terms.ClaimWindow;

    /// <summary>When its last seat was taken; null while a seat is free, and where one stayed free.</summary>
    public long? StartedAt => State == JobState.Open || Seats.Any(s => s.Provider == 0)
        ? null
        : History.Select(h => h.Event).OfType<MarketEvent.SeatClaimed>().LastOrDefault()?.Due - (long)Terms.RunWindow;

    /// <summary>When its last result came on chain; null before.</summary>
    public long? DeliveredAt => History.Select(h => h.Event).OfType<MarketEvent.VerificationStarted>().FirstOrDefault()?.Deadline - (long)Terms.VerdictWindow;

    /// <summary>When the verdict came, also one by default; null before.</summary>
    public long? JudgedAt => DoubtedUntil - (long)Terms.ChallengeWindow;

    /// <summary>Until when the verdict can, or could, be contested; null before it.</summary>
    public long? DoubtedUntil => History.Select(h => h.Event switch
    {
        MarketEvent.VerdictGiven e => e.Deadline,
        MarketEvent.DefaultVerdict e => e.Deadline,
        _ => (long?)null,
    }).FirstOrDefault(deadline => deadline is not null);

    /// <summary>The times of the blocks in which something happened, as far as an event of the block tells it.</summary>
    public FrozenDictionary<ulong, long> BlockTimes()
    {
        var times = new Dictionary<ulong, long>();
        foreach (var entry in History)
        {
            if (TimeOf(entry.Event) is { } time)
            {
                times[entry.Block] = time;
            }
        }

        return times.ToFrozenDictionary();
    }

    private long? TimeOf(MarketEvent happened) => happened switch
    {
        MarketEvent.JobPosted => PostedAt,
        MarketEvent.SeatClaimed e => e.Due - (long)Terms.RunWindow,
        MarketEvent.RevealStarted e => e.Deadline - (long)Terms.RevealWindow,
        MarketEvent.VerificationStarted e => e.Deadline - (long)Terms.VerdictWindow,
        MarketEvent.LeafRequested e => e.Deadline - (long)Terms.LeafWindow,
        MarketEvent.VerdictGiven or MarketEvent.DefaultVerdict => JudgedAt,
        // The first point leaves one window at least; where more was left, and for all later points, the deadline tells nothing.
        MarketEvent.Challenged { Point: 0 } e when e.Deadline > DoubtedUntil => e.Deadline - (long)Terms.DisputeWindow,
        MarketEvent.CommitteeCalled e => e.Deadline - (long)Terms.DisputeWindow,
        MarketEvent.VotingStarted e => e.Deadline - (long)Terms.DisputeWindow,
        MarketEvent.OpeningStarted e => e.Deadline - (long)Terms.DisputeWindow,
        MarketEvent.RoundDecided e => DecidedAt(e),
        _ => null,
    };

    /// <summary>
    /// The word of the largest committee can be appealed no more: its deadline is its time. Which one is the largest the events do not
    /// say, but a committee decides before its phase is over if all have opened their votes, else after it.
    /// </summary>
    private long? DecidedAt(MarketEvent.RoundDecided decided)
    {
        var phaseEnds = History.Select(h => h.Event switch
        {
            MarketEvent.CommitteeCalled e when e.Round == decided.Round => e.Deadline,
            MarketEvent.VotingStarted e when e.Round == decided.Round => e.Deadline,
            MarketEvent.OpeningStarted e when e.Round == decided.Round => e.Deadline,
            _ => (long?)null,
        }).Last(deadline => deadline is not null)!.Value;
        var voters = Dispute!.Jurors.Where(j => j.Round == decided.Round && j.Commitment is not null).ToList();
        var (deadline, window) = ((long)decided.Deadline, (long)Terms.DisputeWindow);
        var before = voters.Count > 0 && voters.TrueForAll(j => j.Opened);
        return before ? deadline < phaseEnds ? deadline : deadline - window
            : deadline < phaseEnds + window ? deadline
            : Dispute.Round > decided.Round ? deadline - window
            : null;
    }
}
