using System.Collections.Immutable;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Chain.State;

public sealed partial record MarketState
{
    private MarketState? ApplyDispute(MarketEvent happened, JobEvent entry) => happened switch
    {
        MarketEvent.BondTaken e => TakeBond(e).WithJob(e.JobId, entry, j => j),
        MarketEvent.CreditGiven e => GiveCredit(e).WithJob(e.JobId, entry, j => j),
        MarketEvent.StakeSeized e => Take(e.StakeId).WithJob(e.JobId, entry, j => j),
        MarketEvent.StakeSettled e => WithStake(e.StakeId, s => s with
        {
            Locked = checked(s.Locked - e.Released),
            Amount = checked(s.Amount - e.Taken),
            Credit = checked(s.Credit + e.Paid),
        }).WithJob(e.JobId, entry, j => j),
        MarketEvent.Challenged e => WithJob(e.JobId, entry, j => j with
        {
            State = JobState.Disputed,
            Deadline = e.Deadline,
            Dispute = Added(j.Dispute ?? new DisputeRecord(), e),
        }),
        MarketEvent.TraceDemanded e => WithDispute(e.JobId, entry, null, d => d.WithPoint(e.Point, p => p with { TraceDeadline = e.Deadline })),
        MarketEvent.TraceAnswered e => WithDispute(
            e.JobId, entry, null, d => d.WithPoint(e.Point, p => p with { Answer = new TraceAnswer(e.OutputRoot, e.Kind == 0 ? e.TraceRoot : null) })),
        MarketEvent.PointProven e => WithDispute(e.JobId, entry, null, d => d.WithPoint(e.Point, p => p with { IsProven = true })),
        MarketEvent.CommitteeCalled e => WithDispute(e.JobId, entry, e.Deadline, d => d with { Phase = DisputePhase.Seating, Round = e.Round, Size = e.Size }, e.DrawBlock),
        MarketEvent.JurorSeated e => WithStake(e.Juror, s => s with { Locked = checked(s.Locked + e.Locked) })
            .WithDispute(e.JobId, entry, null, d => d with { Jurors = d.Jurors.Add(new JurorRecord(e.Juror, e.Round)) }),
        MarketEvent.VotingStarted e => WithDispute(e.JobId, entry, e.Deadline, d => d with { Phase = DisputePhase.Voting }),
        MarketEvent.VoteCommitted e => WithDispute(e.JobId, entry, null, d => d.WithJuror(e.Juror, j => j with { Commitment = e.Commitment })),
        MarketEvent.OpeningStarted e => WithDispute(e.JobId, entry, e.Deadline, d => d with { Phase = DisputePhase.Opening }),
        MarketEvent.VoteOpened e => WithDispute(e.JobId, entry, null, d => d.WithJuror(e.Juror, j => j with { Wrong = e.Wrong, Digest = e.Digest })),
        MarketEvent.RoundDecided e => WithDispute(
            e.JobId, entry, e.Deadline, d => d with { Phase = DisputePhase.Decided, Decisions = d.Decisions.Add(e.Majority ? e.Wrong : null) }),
        MarketEvent.DisputeSettled e => Settle(e, entry),
        _ => null,
    };

    private static DisputeRecord Added(DisputeRecord dispute, MarketEvent.Challenged e) => e.Point == dispute.Points.Length
        ? dispute with { Points = dispute.Points.Add(new DisputePoint(e.Challenger, e.Subject, e.Task)) }
        : throw new EthereumException($"Point {e.Point} of job {e.JobId} does not follow {dispute.Points.Length} points.");

    private MarketState WithDispute(Hash256 id, JobEvent entry, uint? deadline, Func<DisputeRecord, DisputeRecord> change, uint? drawBlock = null) =>
        WithJob(id, entry, j => j with
        {
            Dispute = change(j.Dispute ?? throw new EthereumException($"Job {id} has no dispute.")),
            Deadline = deadline ?? j.Deadline,
            DrawBlock = drawBlock ?? j.DrawBlock,
        });

    private MarketState TakeBond(MarketEvent.BondTaken e) => e.StakeId == 0
        ? TakeCredit(e.Payer, e.FromCredit)
        : WithStake(e.StakeId, s => s with { Credit = checked(s.Credit - e.FromCredit), Amount = checked(s.Amount - e.FromStake) });

    private MarketState GiveCredit(MarketEvent.CreditGiven e) => e.StakeId == 0
        ? AddCredit(e.Account, e.Amount)
        : WithStake(e.StakeId, s => s with { Credit = checked(s.Credit + e.Amount) });

    private MarketState Take(uint stake) => WithStake(stake, s => s with { Amount = 0, Locked = 0, Unbonding = 0, Slashed = true });

    private MarketState Settle(MarketEvent.DisputeSettled e, JobEvent entry)
    {
        var job = Jobs[e.JobId.ToId<JobId>()];
        ImmutableArray<SeatRecord> seats = [.. job.Seats.Select((s, i) => s.HasResult ? s with { Outcome = OutcomeOf(i, e.Accepted, e.Rejected) } : s)];
        var settled = (AddCredit(job.Spec.Requester, e.Refunded) with { Burnt = checked(Burnt + e.Burnt) }).WithRecords(seats)
            .WithJob(e.JobId, entry, j => j with { State = JobState.Final, Refunded = e.Refunded, Seats = seats });
        return settled.Tallied(settled.Jobs[job.Id]);
    }

    private static Outcome OutcomeOf(int seat, byte accepted, byte rejected) =>
        (accepted >> seat & 1) == 1 ? Outcome.Accept : (rejected >> seat & 1) == 1 ? Outcome.Reject : Outcome.Refuse;
}
