using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Protocol.Jobs;

namespace Market.Jobs;

/// <summary>What anybody may do about a job whose time is over, so that it never stands still.</summary>
public static class Keeper
{
    /// <summary>The call that moves a job on, with the name of its intent; null if there is nothing to do yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="time">The chain's time in seconds since 1970; an earlier one gives others the chance to be first.</param>
    public static (string Intent, byte[] Call)? DueCall(JobRecord job, ulong time)
    {
        ArgumentNullException.ThrowIfNull(job);
        switch (job.State)
        {
            case JobState.Open or JobState.Running:
                var pending = job.Count(s => s.State == SeatState.Claimed);
                if (time >= job.Deadline + (pending == 0 ? 0UL : job.Terms.RunWindow))
                {
                    return ("close", MarketCalls.Close(job.Spec));
                }

                var late = Find(job, s => s.State == SeatState.Claimed && time >= s.Due);
                return late is { } seat ? ($"evict:{seat}:{job.Seats[seat].Attempt}", MarketCalls.Evict(job.Spec, (byte)seat)) : null;
            case JobState.Revealing when time >= job.Deadline:
                return ("close:reveal", MarketCalls.Close(job.Spec));
            case JobState.Verifying:
                var unserved = Find(job, s => s.DemandedTask is not null && time >= s.DemandDeadline);
                return unserved is { } demanded ? ($"unserved:{demanded}", MarketCalls.MarkUnserved(job.Spec, (byte)demanded))
                    : time >= job.Deadline && job.Count(s => s.DemandedTask is not null) == 0 ? ("default", MarketCalls.VerdictByDefault(job.Spec)) : null;
            case JobState.Paid or JobState.Defaulted when time >= job.Deadline:
                return ("finalize", MarketCalls.Finalize(job.Spec));
            case JobState.Disputed when time >= job.Deadline && job.Dispute is { } dispute:
                return dispute.Phase switch
                {
                    DisputePhase.Filing when time < dispute.FilingEnds(job.Deadline, job.Terms.DisputeWindow) => null,
                    DisputePhase.Filing when dispute.IsDecidedAt(time) => ("settle:0", MarketCalls.Settle(job.Spec)),
                    DisputePhase.Filing => ("committee", MarketCalls.CallCommittee(job.Spec)),
                    DisputePhase.Decided => ($"settle:{dispute.Round}", MarketCalls.Settle(job.Spec)),
                    var phase => ($"proceed:{dispute.Round}:{phase}", MarketCalls.Proceed(job.Spec)),
                };
            default:
                return null;
        }
    }

    private static int? Find(JobRecord job, Func<SeatRecord, bool> condition)
    {
        for (var seat = 0; seat < job.Seats.Length; seat++)
        {
            if (condition(job.Seats[seat]))
            {
                return seat;
            }
        }

        return null;
    }
}
