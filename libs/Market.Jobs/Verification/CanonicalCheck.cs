using Market.Jobs.Execution;
using Market.Jobs.Results;

namespace Market.Jobs.Verification;

/// <summary>Holds a difference that a judge found against the canonical referee, whose word a committee would take.</summary>
internal sealed class CanonicalCheck(Referee referee, ResultComparison comparison)
{
    /// <summary>Why the referee does not bear out that no honest run gives this result; null if it does.</summary>
    public async Task<string?> DoubtAsync(int task, TaskResult claimed, CancellationToken cancellationToken)
    {
        try
        {
            var distance = comparison.Between(await referee.RunAsync(task, cancellationToken).ConfigureAwait(false), claimed);
            return distance.IsFraud ? null : $"The canonical referee finds it at {distance.InWords}.";
        }
        catch (JobException e)
        {
            return $"The canonical referee does not tell: {e.Message}";
        }
    }
}
