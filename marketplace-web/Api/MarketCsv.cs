using Market.Chain.State;
using Market.Index.Reading;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Market.Web.Api;

/// <summary>The lists of <see cref="MarketApi"/> for spreadsheets, whole. Amounts are in units of 1e-9 token, times in seconds since 1970.</summary>
internal static class MarketCsv
{
    public static PushStreamHttpResult Jobs(IndexReader index, JobFilter filter, CancellationToken stop) => CsvList.Of(
        "jobs.csv",
        "number,id,state,requester,bundle,tasks,replicas,price_units,volume_units,verifier,disputed,posted_at,started_at,judged_at,model,work_seconds,work_volume_units",
        cursor => index.JobsAsync(filter, cursor, IndexReader.MostItems, stop),
        j => [j.Number, j.Id, j.State, j.Requester, j.Bundle, j.Tasks, j.Replicas, j.Price, j.Volume, j.Verifier, j.Disputed, j.PostedAt, j.StartedAt, j.JudgedAt, j.Model, j.WorkSeconds, j.WorkVolume],
        stop);

    public static PushStreamHttpResult Models(IndexReader index, ModelNames names, CancellationToken stop) => CsvList.Of(
        "models.csv",
        "model,name,jobs,judged,disputed,tasks,executions,volume_units,work_seconds,work_volume_units,last_used",
        cursor => index.ModelsAsync(cursor, IndexReader.MostItems, stop),
        m => [m.Model, names.Of(m.Model), m.Jobs, m.Judged, m.Disputed, m.Tasks, m.Executions, m.Volume, m.WorkSeconds, m.WorkVolume, m.LastUsed],
        stop);

    public static PushStreamHttpResult Stakes(IndexReader index, PeerAnswers answers, StakeRole role, CancellationToken stop) => CsvList.Of(
        role == StakeRole.Verifier ? "verifiers.csv" : "providers.csv",
        "id,owner,node_key,addresses,bonded_units,locked_units,earned_units,unbonding_units,unbonding_until,slashed,accepted,refused,rejected,late,paid_units,"
            + "asked_times,answered_times,milliseconds,trouble,region,software,least_reward_units,free_bytes,cores,memory_bytes,instruction_set,runtime_version,determinism_class,mega_operations_per_second",
        cursor => index.StakesAsync(role, cursor, IndexReader.MostItems, stop),
        row => Fields(StakeView.Of(row, answers)),
        stop);

    /// <param name="hours">All of them: a year has few.</param>
    /// <param name="stop">Gives up.</param>
    public static PushStreamHttpResult Hours(IReadOnlyList<HourView> hours, CancellationToken stop) => CsvList.Of(
        "hours.csv",
        "from,posted,judged,disputed,tasks,executions,volume_units,work_seconds,work_volume_units,queue_seconds",
        _ => Task.FromResult(new Page<HourView>(hours, null)),
        h => [h.From, h.Posted, h.Judged, h.Disputed, h.Tasks, h.Executions, h.Volume, h.WorkSeconds, h.WorkVolume, h.QueueSeconds],
        stop);

    private static object?[] Fields(StakeView s) =>
    [
        s.Id, s.Owner, s.NodeKey, s.Addresses, s.Bonded, s.Locked, s.Earned, s.Unbonding, s.UnbondingUntil, s.Slashed, s.Accepted, s.Refused, s.Rejected, s.Late, s.Paid,
        s.Node?.AskedTimes, s.Node?.AnsweredTimes, s.Node?.Milliseconds, s.Node?.Trouble, s.Node?.Region, s.Node?.Software, s.Node?.LeastReward, s.Node?.FreeBytes,
        s.Node?.Cores, s.Node?.MemoryBytes, s.Node?.InstructionSet, s.Node?.RuntimeVersion, s.Node?.DeterminismClass, s.Node?.MegaOperationsPerSecond,
    ];
}
