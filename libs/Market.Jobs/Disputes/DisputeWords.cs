using System.Globalization;
using Market.Chain.State;
using Market.Protocol.Jobs;

namespace Market.Jobs.Disputes;

/// <summary>What happens in a dispute, in words for people who never heard of one.</summary>
public static class DisputeWords
{
    /// <summary>What a point claims.</summary>
    public static string Of(DisputePoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Subject == DisputePoint.Verifier
            ? string.Create(CultureInfo.InvariantCulture, $"the verifier's own work on task {point.Task}")
            : string.Create(CultureInfo.InvariantCulture, $"the verdict on seat {point.Subject}, at task {point.Task}");
    }

    /// <summary>Where a job's dispute stands and what comes next, one sentence or two; null without a dispute.</summary>
    public static string? Of(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Dispute is not { } dispute)
        {
            return null;
        }

        var points = string.Join("; ", dispute.Points.Select(Of));
        var until = Clock(job.Deadline);
        var committee = string.Create(CultureInfo.InvariantCulture, $"Committee {dispute.Round} of {dispute.Size} verifiers");
        return job.State != JobState.Disputed ? $"Was contested: {points}. {Word(dispute)}"
            : $"Contested: {points}. " + dispute.Phase switch
            {
                DisputePhase.Filing when dispute.Points.Any(p => p.TraceDeadline is not null) => Traces(job, dispute),
                DisputePhase.Filing => $"Until {until} others may contest more; then a committee of verifiers is drawn, who execute these tasks again on the canonical referee.",
                DisputePhase.Seating => $"{committee} takes its seats until {until}: {dispute.Committee.Count()} so far.",
                DisputePhase.Voting => $"{committee} executes again and votes until {until}: {dispute.Committee.Count(j => j.Commitment is not null)} of {dispute.Committee.Count()} so far, sealed until all have.",
                DisputePhase.Opening => $"{committee} opens its votes until {until}: {dispute.Committee.Count(j => j.Opened)} so far.",
                _ => $"{Word(dispute)} Who disagrees may appeal to a larger committee until {until}; then it is settled.",
            };
    }

    /// <summary>How far it is without a committee.</summary>
    private static string Traces(JobRecord job, DisputeRecord dispute)
    {
        var found = dispute.Points.Where(p => p.TraceDeadline is not null).Select(p => string.Create(
            CultureInfo.InvariantCulture,
            $"what every operator gave for task {p.Task} of seat {p.Subject} was demanded{(p.IsProven ? ", and a contract found it wrong" : p.Answer is null ? " and is not shown yet" : " and shown")}"));
        return $"{string.Join("; ", found)}. {(dispute.Points.All(p => p.IsProven) ? "It is settled without a committee." : $"Proofs are taken until {Clock(dispute.FilingEnds(job.Deadline, job.Terms.DisputeWindow))}; a committee decides what is left.")}";
    }

    private static string Clock(ulong time) => DateTimeOffset.FromUnixTimeSeconds((long)time).ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>What holds now: the word of the last committee that had one.</summary>
    private static string Word(DisputeRecord dispute)
    {
        if (dispute.Decisions.LastOrDefault(word => word is not null) is not { } wrong)
        {
            return dispute.Decisions.Count == 0 ? dispute.Points.Any(p => p.TraceDeadline is not null) ? "No committee was needed." : "No committee has spoken." : "No committee had a majority: nobody is punished for what was contested.";
        }

        var found = dispute.Points.Select((point, i) => string.Create(
            CultureInfo.InvariantCulture, $"{(point.Subject == DisputePoint.Verifier ? "the verifier" : $"seat {point.Subject}")} is {((wrong >> i & 1) == 1 ? "wrong" : "right")} at task {point.Task}"));
        return $"The committee found: {string.Join("; ", found)}.";
    }
}
