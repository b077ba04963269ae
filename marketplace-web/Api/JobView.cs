using Market.Chain.State;
using Market.Index.Reading;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Web.Components.Shared;
using Market.Web.Components.Watching;

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

/// <summary>A job with its stages, its seats, its dispute and all that happened to it.</summary>
/// <param name="CheckBps">The share of tasks that is executed again, as posted.</param>
/// <param name="ExecutedAgainBps">The same as record and stake of those who delivered leave it, once all results are on chain.</param>
/// <param name="BundleBytes">Bytes of its data.</param>
/// <param name="OutputBytes">The most bytes of a replica's outputs.</param>
internal sealed record JobDetailView(
    string Id, long Number, JobState State, string Requester, string Bundle, long Tasks, int Replicas, Units Price, Units VerifierFee, Units Cover,
    int CheckBps, int AuditBps, long? Verifier, string? Evidence, Units Refunded, IReadOnlyList<SeatView> Seats, IReadOnlyList<EventView> Events, string? Model,
    int ExecutedAgainBps, ulong BundleBytes, ulong OutputBytes, IReadOnlyList<JobStage> Stages, DisputeView? Dispute)
{
    public static JobDetailView Of(JobRecord job, string? model, MarketState state)
    {
        var times = job.BlockTimes();
        return new JobDetailView(
            job.Id.ToString(), job.Number, job.State, job.Spec.Requester.ToString(), job.Spec.Bundle.ToString(), job.Spec.Tasks, job.Spec.Replicas,
            new Units(job.Price), new Units(job.Spec.VerifierFee), new Units(job.Spec.Cover), job.Spec.CheckBps, job.Spec.AuditBps,
            job.Verifier == 0 ? null : job.Verifier, job.Evidence?.ToString(), new Units(job.Refunded),
            [.. job.Seats.Select((s, i) => new SeatView(
                i, s.Provider == 0 ? null : s.Provider, s.State, s.Outcome, s.Root?.ToString(), s.Class?.ToString(), s.Outcome == Outcome.Accept ? new Units(job.Price) : null))],
            [.. job.History.Select(h => new EventView(h.Block, TimeOf(h.Block, times), h.Transaction.ToString(), h.Event.GetType().Name, Shown.Of(h.Event)))], ModelView.Named(model),
            job.Check.Value, job.Spec.BundleBytes, job.Spec.OutputBytes, JobStages.Of(job), job.Dispute is { } dispute ? DisputeView.Of(dispute, new DisputeTale(job, state), times) : null);
    }

    /// <summary>When a block was made; null where no event in it tells.</summary>
    internal static long? TimeOf(ulong block, IReadOnlyDictionary<ulong, long> times) => times.TryGetValue(block, out var time) ? time : null;
}

/// <summary>A seat of a job, and what it was paid, if it was accepted.</summary>
internal sealed record SeatView(int Seat, uint? Provider, SeatState State, Outcome Outcome, string? Root, string? DeterminismClass, Units? Paid);

/// <summary>Something that happened to a job, by the contract's name and in words; when, as far as the chain's events tell it.</summary>
internal sealed record EventView(ulong Block, long? Time, string Transaction, string Name, string Text);

/// <summary>A dispute over a verdict.</summary>
/// <param name="Points">What is contested.</param>
/// <param name="Round">Which committee, from 1; 0 before the first.</param>
/// <param name="Members">How many members that committee has.</param>
/// <param name="Steps">What happened, in words.</param>
/// <param name="Next">What it waits for; null once it is settled.</param>
internal sealed record DisputeView(DisputePhase Phase, IReadOnlyList<PointView> Points, int Round, int Members, IReadOnlyList<StepView> Steps, string? Next)
{
    public static DisputeView Of(DisputeRecord dispute, DisputeTale tale, IReadOnlyDictionary<ulong, long> times) => new(
        dispute.Phase, [.. dispute.Points.Select(PointView.Of)], dispute.Round, dispute.Size,
        [.. tale.Steps().Select(step => new StepView(step.Block, JobDetailView.TimeOf(step.Block, times), step.Words))], tale.Next());
}

/// <summary>A step of a dispute; when, as far as the chain's events tell it.</summary>
internal sealed record StepView(ulong Block, long? Time, string Text);

/// <summary>Something contested.</summary>
/// <param name="Challenger">Who contests it.</param>
/// <param name="Seat">Whose work; null for the verifier's own.</param>
/// <param name="Task">At which task.</param>
/// <param name="TraceDeadline">Until when a trace must be shown; null where none was demanded.</param>
/// <param name="Shown">Whether it was shown.</param>
/// <param name="Proven">Whether a contract found it wrong.</param>
internal sealed record PointView(string Challenger, int? Seat, uint Task, long? TraceDeadline, bool Shown, bool Proven)
{
    public static PointView Of(DisputePoint point) => new(
        point.Challenger.ToString(), point.Subject == DisputePoint.Verifier ? null : point.Subject, point.Task, point.TraceDeadline, point.Answer is not null, point.IsProven);
}
