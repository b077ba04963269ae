using System.Collections.Immutable;
using Market.Onnx.Execution;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;

namespace Market.Jobs.Requests;

/// <summary>Runs the first task here before money moves: the model loads, accepts the inputs, and shows what a task needs.</summary>
/// <param name="Outputs">The names of the outputs.</param>
/// <param name="OutputBytes">Bytes of the first task's outputs.</param>
/// <param name="Elapsed">How long the first task took.</param>
public sealed record TrialRun(ImmutableArray<string> Outputs, long OutputBytes, TimeSpan Elapsed)
{
    private const long LeastMemory = 1L << 30;
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(10);

    /// <summary>Limits with room for slower machines and larger tasks.</summary>
    /// <param name="modelBytes">Bytes of the model.</param>
    /// <param name="largestInput">Bytes of the largest task's inputs.</param>
    /// <param name="firstInput">Bytes of the first task's inputs.</param>
    public ResourceLimits Limits(long modelBytes, long largestInput, long firstInput) => new(
        Math.Max(LeastMemory, 6 * modelBytes),
        (long)Math.Max(LeastTime.TotalMilliseconds, 30 * Elapsed.TotalMilliseconds),
        Math.Clamp(2 * OutputBytes * Math.Max(1, largestInput / Math.Max(1, firstInput)) + (1 << 20), 1, 1L << 30));

    /// <summary>Runs it, in a confined worker of its own.</summary>
    /// <param name="modelPath">The ONNX file, in a folder that the worker may read.</param>
    /// <param name="inputs">The first task's inputs.</param>
    /// <param name="cancellationToken">Ends the worker.</param>
    /// <exception cref="JobException">The model does not run on these inputs.</exception>
    /// <exception cref="WorkerException">The model does not load.</exception>
    public static async Task<TrialRun> RunAsync(string modelPath, TensorMap inputs, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(modelPath);
        var options = new WorkerOptions { Workers = 1, Readable = [Path.GetDirectoryName(path)!] };
        var pool = await WorkerPool.StartAsync(options, new WorkerModel(path), cancellationToken).ConfigureAwait(false);
        await using var _ = pool.ConfigureAwait(false);
        return await pool.RunAsync(inputs, cancellationToken).ConfigureAwait(false) switch
        {
            TaskOutcome.Completed completed => new TrialRun([.. completed.Outputs.Select(o => o.Key)], TensorFile.Encode(completed.Outputs).Length, completed.Elapsed),
            TaskOutcome.Failed failed => throw new JobException($"The model refuses the first task: {failed.Code}. {failed.Detail}"),
            var other => throw new JobException($"The first task does not end here: {other}"),
        };
    }
}
