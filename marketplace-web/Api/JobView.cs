using Market.Chain.State;
using Market.Index.Reading;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Web.Components.Shared;

namespace Market.Web.Api;

/// <summary>
/// A job in a list. Amounts are in units of 1e-9 token, as text; times in seconds since 1970. Work is how long its providers worked at
/// most, over the accepted seats of which the chain tells it, and what they were paid for these.
/// </summary>
internal sealed record JobView(
    string Id, long Number, JobState State, string Requester, string Bundle, int Tasks, int Replicas, Units Price, Units Volume, long? Verifier,
    bool Disputed, long PostedAt, long? StartedAt, long? JudgedAt, string? Model, long WorkSeconds, Units WorkVolume)
{
    public static JobView Of(JobLine job) => new(
        job.Id, job.Number, job.State, job.Requester, job.Bundle, job.Tasks, job.Replicas, new Units((ulong)job.Price), new Units((ulong)job.Volume),
        job.Verifier == 0 ? null : job.Verifier, job.Disputed, job.PostedAt, job.StartedAt, job.JudgedAt, ModelView.Named(job.Model),
        job.WorkSeconds, new Units((ulong)job.WorkVolume));
}

/// <summary>A job with its seats and all that happened to it.</summary>
internal sealed record JobDetailView(
    string Id, long Number, JobState State, string Requester, string Bundle, long Tasks, int Replicas, Units Price, Units VerifierFee, Units Cover,
    int CheckBps, int AuditBps, long? Verifier, string? Evidence, Units Refunded, IReadOnlyList<SeatView> Seats, IReadOnlyList<EventView> Events, string? Model)
{
    public static JobDetailView Of(JobRecord job, string? model) => new(
        job.Id.ToString(), job.Number, job.State, job.Spec.Requester.ToString(), job.Spec.Bundle.ToString(), job.Spec.Tasks, job.Spec.Replicas,
        new Units(job.Price), new Units(job.Spec.VerifierFee), new Units(job.Spec.Cover), job.Spec.CheckBps, job.Spec.AuditBps,
        job.Verifier == 0 ? null : job.Verifier, job.Evidence?.ToString(), new Units(job.Refunded),
        [.. job.Seats.Select((s, i) => new SeatView(i, s.Provider == 0 ? null : s.Provider, s.State, s.Outcome, s.Root?.ToString(), s.Class?.ToString()))],
        [.. job.History.Select(h => new EventView(h.Block, h.Transaction.ToString(), h.Event.GetType().Name, Shown.Of(h.Event)))], ModelView.Named(model));
}

/// <summary>A seat of a job.</summary>
internal sealed record SeatView(int Seat, uint? Provider, SeatState State, Outcome Outcome, string? Root, string? DeterminismClass);

/// <summary>Something that happened to a job, by the contract's name and in words.</summary>
internal sealed record EventView(ulong Block, string Transaction, string Name, string Text);
