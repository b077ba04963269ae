using System.Collections.Immutable;
using Market.Protocol.Jobs;

namespace Market.Chain.State;

/// <summary>A job's life from its post to its end: what is done and when, and what comes and until when.</summary>
public static class JobStages
{
    /// <summary>The stages of a job, in order. docs/protocol.md has the rules.</summary>
    public static ImmutableArray<JobStage> Of(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var steps = StepsOf(job);
        var now = job.IsOver ? steps.Length : Array.IndexOf(steps, NowOf(job.State));
        return [.. steps.Select((step, i) => i < now
            ? new JobStage(step, StageState.Done, DoneAt(job, step), null)
            : new JobStage(step, i == now ? StageState.Now : StageState.Ahead, null, DoneBy(job, step)))];
    }

    private static JobStep[] StepsOf(JobRecord job) => job.State == JobState.Expired
        ? job.StartedAt is null ? [JobStep.Posted, JobStep.Expired] : [JobStep.Posted, JobStep.Claimed, JobStep.Expired]
        : [JobStep.Posted, JobStep.Claimed, JobStep.Executed, JobStep.Judged, job.Dispute is null ? JobStep.Doubted : JobStep.Contested, JobStep.Final];

    /// <summary>What a job waits for.</summary>
    private static JobStep NowOf(JobState state) => state switch
    {
        JobState.Open => JobStep.Claimed,
        JobState.Running or JobState.Revealing => JobStep.Executed,
        JobState.Verifying => JobStep.Judged,
        JobState.Paid or JobState.Defaulted => JobStep.Doubted,
        JobState.Disputed => JobStep.Contested,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No state of a job that is not over."),
    };

    private static long? DoneAt(JobRecord job, JobStep step) => step switch
    {
        JobStep.Posted => job.PostedAt,
        JobStep.Claimed => job.StartedAt,
        JobStep.Executed => job.DeliveredAt,
        JobStep.Judged => job.JudgedAt,
        JobStep.Doubted => job.DoubtedUntil,
        // What ended it tells no time of its own.
        JobStep.Final or JobStep.Expired => job.BlockTimes().TryGetValue(job.History[^1].Block, out var time) ? time : null,
        _ => null,
    };

    private static long? DoneBy(JobRecord job, JobStep step) => step switch
    {
        JobStep.Claimed => job.Deadline,
        JobStep.Executed => job.State switch
        {
            JobState.Open => job.Deadline + (long)job.Terms.RunWindow + RevealWindow(job),
            JobState.Running => job.Seats.Where(s => s.State == SeatState.Claimed).Select(s => (long)s.Due).DefaultIfEmpty(job.Deadline).Max() + RevealWindow(job),
            _ => job.Deadline,
        },
        JobStep.Judged => job.State == JobState.Verifying ? job.Deadline : DoneBy(job, JobStep.Executed) + job.Terms.VerdictWindow,
        JobStep.Doubted => job.IsJudged ? job.Deadline : DoneBy(job, JobStep.Judged) + job.Terms.ChallengeWindow,
        JobStep.Contested => job.Dispute is { Phase: DisputePhase.Filing } dispute ? (long)dispute.FilingEnds(job.Deadline, job.Terms.DisputeWindow) : job.Deadline,
        _ => null,
    };

    /// <summary>With one replica nobody is left to copy, and nothing is revealed later.</summary>
    private static long RevealWindow(JobRecord job) => job.Seats.Length == 1 ? 0 : job.Terms.RevealWindow;
}
