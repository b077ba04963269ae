using Market.Protocol.Jobs;

namespace Market.Chain.State;

public sealed partial record MarketState
{
    /// <summary>Counts the seats of a job that ended with results.</summary>
    private MarketState Tallied(JobRecord job)
    {
        var state = this;
        foreach (var seat in job.Seats.Where(s => s.HasResult))
        {
            state = state.WithStake(seat.Provider, s => s with { Tally = Counted(s.Tally, seat.Outcome, job.Price) });
        }

        return state;
    }

    private static SeatTally Counted(SeatTally tally, Outcome outcome, ulong price) => outcome switch
    {
        Outcome.Accept => tally with { Accepted = tally.Accepted + 1, Paid = checked(tally.Paid + price) },
        Outcome.Reject => tally with { Rejected = tally.Rejected + 1 },
        _ => tally with { Refused = tally.Refused + 1 },
    };
}
