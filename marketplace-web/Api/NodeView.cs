using Market.Jobs.Peers;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Providers;

namespace Market.Web.Api;

/// <summary>What a stake's node last answered this server: its own words, but for whether it answered. Amounts are in units of 1e-9 token, as text.</summary>
/// <param name="Milliseconds">How long its last answer took; null if it gave none.</param>
/// <param name="Trouble">Why it gave none.</param>
/// <param name="AskedTimes">How many of the newest times that all nodes were asked are known.</param>
/// <param name="AnsweredTimes">How many of these it answered.</param>
internal sealed record NodeView(
    double? Milliseconds, string? Trouble, int AskedTimes, int AnsweredTimes, string? Region, string? Software, Units? LeastReward, IReadOnlyDictionary<RefusalReason, int>? Refusals, IReadOnlyList<RefusedJob>? Refused,
    int? Cores, long? MemoryBytes, string? InstructionSet, string? RuntimeVersion, string? DeterminismClass, long? MegaOperationsPerSecond, long? FreeBytes)
{
    public static NodeView? Of(PeerAnswer? answer, Attendance attendance) => answer is null ? null : new(
        answer.Time?.TotalMilliseconds, answer.Trouble, attendance.Asked, attendance.Answered, answer.Status?.Region, answer.Status?.Software, answer.Status?.LeastReward, answer.Status?.Refusals, answer.Refused?.Jobs,
        answer.Profile?.Cores, answer.Profile?.MemoryBytes, answer.Profile?.InstructionSet, answer.Profile?.RuntimeVersion, answer.Profile?.DeterminismClass.ToString(), answer.Profile?.MegaOperationsPerSecond,
        answer.Status?.FreeBytes);
}
