using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Protocol.Draws;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Adversary.Reports;

/// <summary>Which layer of the market found a cheat out.</summary>
internal static class Layer
{
    /// <summary>The layer for people; null if nothing found it.</summary>
    public static string? Of(JobRecord job, uint cheat, Evidence? evidence)
    {
        if (job.History.Select(h => h.Event).OfType<MarketEvent.SeatEvicted>().FirstOrDefault(e => e.Provider == cheat) is { } evicted)
        {
            return job.Seats[evicted.Seat].State == SeatState.Late ? "commit and reveal" : "deadline";
        }

        var seat = job.SeatOf(cheat);
        var finding = evidence?.Replicas.FirstOrDefault(r => r.Seat == seat);
        return finding?.Reason switch
        {
            VerdictReason.NotServed => "leaf on demand",
            VerdictReason.Malformed => "form of the outputs",
            VerdictReason.DiffersFromExecution => $"{(IsDrawn(job, evidence!, finding.Task) ? "sample executed again" : "comparison of replicas")}, canonical referee",
            VerdictReason.Undecided or VerdictReason.NoReference => "comparison of replicas",
            _ => null,
        };
    }

    /// <summary>The same where several parties had a part; null if it came to no dispute.</summary>
    public static string? Of(JobRecord job, MarketState state)
    {
        if (job.State == JobState.Expired)
        {
            return "nobody takes the job";
        }

        if (job.Dispute is not { Points: [var first, ..] } dispute)
        {
            return null;
        }

        var by = first.Challenger == job.Spec.Requester ? "requester"
            : state.StakeOfNode(first.Challenger) is not { } stake ? "stranger"
            : stake.Role == StakeRole.Verifier ? "audit"
            : job.SeatOf(stake.Id) is null ? "stranger"
            : "provider";
        var committee = dispute.Round == 0 ? [] : new[] { $"committee{(dispute.Round > 1 ? ", a larger one on appeal" : "")}, canonical referee" };
        return $"{by} contests: {string.Join("; ", dispute.Points.Select(ByTrace).OfType<string>().Distinct().Concat(committee))}";
    }

    private static string? ByTrace(DisputePoint point) => point.OwesTrace ? "no trace" : point.IsProven ? "contract, on the demanded trace" : null;

    private static bool IsDrawn(JobRecord job, Evidence evidence, int? task) =>
        task is { } named && Sampling.Draw(evidence.Seed, (int)job.Spec.Tasks, job.Check).Contains(named);
}
