using Market.Protocol.Jobs;

namespace Market.Jobs.Verification;

/// <summary>A task of a replica that a judge executed again and found beyond tolerance.</summary>
/// <param name="Task">The task.</param>
/// <param name="Distance">How far it lies from the judge's own execution.</param>
/// <param name="Doubt">Why the canonical referee does not bear that out; null if it does, or was not asked.</param>
internal sealed record Difference(int Task, PairDistance Distance, string? Doubt)
{
    /// <summary>Fraud is only what no honest run can give; who is unlucky with a tie or with rounding is not paid, and loses nothing.</summary>
    public Decision Decide()
    {
        var detail = $"Task {Task}, executed again, differs: {Distance.InWords}.";
        return !Distance.IsFraud ? new(VerdictReason.NearTie, detail, Task)
            : Doubt is not null ? new(VerdictReason.NotConfirmed, $"{detail} {Doubt}", Task)
            : new(VerdictReason.DiffersFromExecution, detail, Task);
    }
}
