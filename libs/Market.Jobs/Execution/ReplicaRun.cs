using System.Collections.Immutable;
using System.Globalization;
using Market.Content.Storage;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Onnx.Execution;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;

namespace Market.Jobs.Execution;

/// <summary>Executes all tasks of a job and keeps the outputs.</summary>
public static class ReplicaRun
{
    /// <summary>Runs every task and returns what the replica consists of; outputs are pinned in the store.</summary>
    /// <param name="job">The job.</param>
    /// <param name="executor">Who runs the tasks.</param>
    /// <param name="store">Where outputs go.</param>
    /// <param name="holder">Under which name they are pinned.</param>
    /// <param name="progress">Told how many tasks are done.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="JobException">A task ends without a result, since a limit was hit.</exception>
    public static async Task<ResultManifest> ExecuteAsync(
        JobData job, IExecutor executor, BlobStore store, string holder, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(store);
        var entries = new ResultEntry[job.Bundle.Tasks];
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, entries.Length),
            new ParallelOptions { MaxDegreeOfParallelism = executor.Parallel, CancellationToken = cancellationToken },
            async (task, stop) =>
            {
                var inputs = await job.ReadInputsAsync(task, stop).ConfigureAwait(false);
                var result = ResultOf(task, await executor.RunAsync(task, inputs, stop).ConfigureAwait(false), job.Bundle);
                entries[task] = await KeepAsync(result, store, holder, stop).ConfigureAwait(false);
                progress?.Report(Interlocked.Increment(ref done));
            }).ConfigureAwait(false);
        return new ResultManifest([.. entries]);
    }

    /// <summary>The canonical result of a task: the outputs that a bundle wants, or an error.</summary>
    /// <exception cref="JobException">There is none: a limit was hit or the worker died.</exception>
    public static TaskResult ResultOf(int task, TaskOutcome outcome, Bundle bundle) => outcome switch
    {
        TaskOutcome.Completed completed => Within(task, bundle.Limits.OutputBytes, Select(task, completed.Outputs, bundle.Outputs)),
        TaskOutcome.Failed failed => TaskResult.OfError(failed.Code),
        TaskOutcome.Exceeded exceeded => throw new JobException(string.Create(
            CultureInfo.InvariantCulture, $"Task {task} exceeded its {exceeded.Limit}: {exceeded.Found} found, expected at most {exceeded.Allowed}.")),
        TaskOutcome.Crashed crashed => throw new JobException($"Task {task} crashed its worker: {crashed.Detail}"),
        _ => throw new JobException($"Task {task} ended as {outcome.GetType().Name}."),
    };

    private static TaskResult Select(int task, TensorMap outputs, ImmutableArray<string> wanted)
    {
        TensorMap selected = [], shown = [];
        foreach (var name in wanted)
        {
            var found = outputs.FindIndex(output => output.Key == name);
            selected.Add(found >= 0
                ? outputs[found]
                : throw new JobException($"Task {task} has no output '{name}'; the model has {string.Join(", ", outputs.Select(o => o.Key))}."));
        }

        shown.AddRange(outputs.Where(output => !wanted.Contains(output.Key)));
        return TaskResult.Of(selected) with { Shown = shown };
    }

    /// <summary>Where a model shows more than what is wanted, only the wanted outputs count for the limit.</summary>
    private static TaskResult Within(int task, long limit, TaskResult result) =>
        result.Outputs!.Sum(output => (long)output.Value.Data.Length) is var bytes && bytes <= limit
            ? result
            : throw new JobException($"Task {task} gave {bytes} bytes of outputs, expected at most {limit}.");

    private static async Task<ResultEntry> KeepAsync(TaskResult result, BlobStore store, string holder, CancellationToken cancellationToken)
    {
        if (result.Outputs is not { } outputs)
        {
            return new ResultEntry(result.Digest, null);
        }

        var blob = await store.AddAsync(TensorFile.Encode(outputs), cancellationToken).ConfigureAwait(false);
        store.Pin(blob.Id, holder);
        return new ResultEntry(result.Digest, blob.ToReference());
    }
}
