using Market.Jobs.Packaging;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Jobs.Proofs;

/// <summary>Everything that one execution of a task is claimed to have computed.</summary>
/// <param name="Model">The model.</param>
/// <param name="Values">Every value that an operator gave, by name.</param>
/// <param name="Trace">Their digests, and the root over them.</param>
public sealed record TaskTrace(JudgedModel Model, IReadOnlyDictionary<string, Tensor> Values, ExecutionTrace Trace)
{
    /// <summary>The most bytes of all values of a task.</summary>
    public const long MostBytes = 1L << 30;

    // Showing all values keeps them in memory until the task's end.
    private const long MoreMemory = 2 * MostBytes;
    private const int MoreTime = 4;

    /// <summary>The trace of values.</summary>
    /// <exception cref="JobException">A value is missing.</exception>
    public static TaskTrace Of(JudgedModel model, IReadOnlyDictionary<string, Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(values);
        return new TaskTrace(model, values, ExecutionTrace.Of(model.Graph.Nodes, TraceScope.All, name => DigestOf(values, name)));
    }

    /// <summary>Runs a task again with all values shown, as the file has the model; null if it ends in an error.</summary>
    /// <param name="job">The job.</param>
    /// <param name="model">The model that is executed.</param>
    /// <param name="folder">Where the model with all its values is written for the time of the run.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="JobException">A limit is hit: at most 1 GiB of values.</exception>
    /// <exception cref="WorkerException">The model does not load with all values shown.</exception>
    public static async Task<TaskTrace?> RunAsync(JobData job, JudgedModel model, string folder, int task, CancellationToken cancellationToken) =>
        await ValuesAsync(job, model, folder, task, cancellationToken).ConfigureAwait(false) is { } values ? Of(model, values) : null;

    /// <summary>The same without the digests, which cost more than the run: whether a task can be traced.</summary>
    /// <returns>Every value that an operator gave, by name; null if the task ends in an error.</returns>
    /// <exception cref="JobException">A limit is hit: at most 1 GiB of values.</exception>
    /// <exception cref="WorkerException">The model does not load with all values shown.</exception>
    public static async Task<IReadOnlyDictionary<string, Tensor>?> ValuesAsync(JobData job, JudgedModel model, string folder, int task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(model);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(Path.GetFullPath(folder), $"{Guid.NewGuid():N}.onnx");
        try
        {
            await File.WriteAllBytesAsync(path, model.Graph.Traced(), cancellationToken).ConfigureAwait(false);
            var pool = await WorkerPool.StartAsync(OptionsFor(job, path), new WorkerModel(path), cancellationToken).ConfigureAwait(false);
            await using var _ = pool.ConfigureAwait(false);
            var outcome = await pool.RunAsync(await job.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return outcome switch
            {
                TaskOutcome.Completed completed => completed.Outputs.ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal),
                TaskOutcome.Failed => null,
                _ => throw new JobException($"Task {task} was not traced: {outcome}"),
            };
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The digest of a value.</summary>
    public Digest DigestOf(string name) => DigestOf(Values, name);

    private static Digest DigestOf(IReadOnlyDictionary<string, Tensor> values, string name) =>
        values.TryGetValue(name, out var value) ? TensorDigest.Of(value) : throw new JobException($"The trace lacks the value '{name}'.");

    private static WorkerOptions OptionsFor(JobData job, string path)
    {
        var time = TimeSpan.FromMilliseconds(job.Bundle.Limits.TaskMilliseconds) * MoreTime;
        return new WorkerOptions
        {
            Workers = 1,
            MemoryBytes = job.Bundle.Limits.MemoryBytes + MoreMemory,
            WallTime = time,
            CpuTime = time,
            OutputBytes = MostBytes,
            Readable = [Path.GetDirectoryName(path)!],
        };
    }
}
