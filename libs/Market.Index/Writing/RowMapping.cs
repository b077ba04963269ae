using Market.Chain.State;
using Market.Index.Rows;
using Market.Protocol.Jobs;

namespace Market.Index.Writing;

/// <summary>From the chain's records to rows.</summary>
internal static class RowMapping
{
    public static JobRow ToRow(this JobRecord job, ulong block)
    {
        var work = job.WorkSeconds();
        return new()
        {
            Id = job.Id.ToString(),
            Number = job.Number,
            State = job.State,
            Requester = job.Spec.Requester.ToString().ToLowerInvariant(),
            Bundle = job.Spec.Bundle.ToString(),
            Tasks = (int)job.Spec.Tasks,
            Replicas = job.Spec.Replicas,
            Price = Shown(job.Price),
            Volume = job.IsJudged ? Shown(job.Price * (ulong)job.Count(s => s.Outcome == Outcome.Accept)) : 0,
            WorkSeconds = work.Sum() ?? 0,
            WorkVolume = Shown(job.Price * (ulong)work.Count(s => s is not null)),
            VerifierFee = Shown(job.Spec.VerifierFee),
            Verifier = job.Verifier,
            Disputed = job.Dispute is not null,
            PostedAt = job.PostedAt,
            StartedAt = job.StartedAt,
            JudgedAt = job.JudgedAt,
            ChangedBlock = (long)block,
            Document = Documents.Of(job),
        };
    }

    public static IEnumerable<SeatRow> ToSeatRows(this JobRecord job)
    {
        var work = job.WorkSeconds();
        return job.Seats.Select((seat, index) => new SeatRow
        {
            Job = job.Number,
            Seat = index,
            Provider = seat.Provider,
            State = seat.State,
            Outcome = seat.Outcome,
            WorkSeconds = work[index],
        });
    }

    public static StakeRow ToRow(this StakeRecord stake, Profile? profile, ulong block) => new()
    {
        Id = stake.Id,
        Role = stake.Role,
        Owner = stake.Owner.ToString().ToLowerInvariant(),
        NodeKey = stake.NodeKey.ToString().ToLowerInvariant(),
        Addresses = profile?.Addresses ?? "",
        Profile = profile?.Digest.ToString() ?? "",
        Amount = Shown(stake.Amount),
        Locked = Shown(stake.Locked),
        Credit = Shown(stake.Credit),
        Unbonding = Shown(stake.Unbonding),
        UnbondingUntil = stake.UnbondingUntil,
        Slashed = stake.Slashed,
        Accepted = (int)stake.Tally.Accepted,
        Refused = (int)stake.Tally.Refused,
        Rejected = (int)stake.Tally.Rejected,
        Late = (int)stake.Tally.Late,
        Paid = Shown(stake.Tally.Paid),
        ChangedBlock = (long)block,
    };

    public static long Shown(ulong units) => (long)Math.Min(units, long.MaxValue);
}
