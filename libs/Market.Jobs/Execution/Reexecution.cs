using Market.Jobs.Packaging;
using Market.Jobs.Results;

namespace Market.Jobs.Execution;

/// <summary>Executes tasks of a job again: on this machine, or in the canonical referee where that ends in a limit.</summary>
/// <param name="job">The job.</param>
/// <param name="executor">Runs its tasks as ordered.</param>
/// <param name="referee">The canonical referee on it.</param>
public sealed class Reexecution(JobData job, IExecutor executor, Referee referee)
{
    private bool _refereeGivesUp;

    /// <summary>
    /// A task's result; null if neither has one, which accuses nobody. Only a task that ends in a limit of the referee too may be
    /// missing from a verifier's samples: a committee holds it to that.
    /// </summary>
    public async Task<TaskResult?> RunAsync(int task, CancellationToken cancellationToken)
    {
        try
        {
            var inputs = await job.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false);
            return ReplicaRun.ResultOf(task, await executor.RunAsync(task, inputs, cancellationToken).ConfigureAwait(false), job.Bundle);
        }
        catch (JobException) when (_refereeGivesUp)
        {
            return null;
        }
        catch (JobException)
        {
            try
            {
                return await referee.RunAsync(task, cancellationToken).ConfigureAwait(false);
            }
            catch (JobException)
            {
                // Not once more: tasks that end nowhere would use up the time for a verdict.
                _refereeGivesUp = true;
                return null;
            }
        }
    }
}
