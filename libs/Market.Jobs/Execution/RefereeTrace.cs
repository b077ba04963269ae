using System.Collections.Immutable;
using Market.Jobs.Packaging;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;

namespace Market.Jobs.Execution;

/// <summary>What every operator of a job's model gives in the canonical referee on one task.</summary>
/// <param name="Nodes">The operators.</param>
/// <param name="Trace">The digest of each, and their root.</param>
public sealed record RefereeTrace(ImmutableArray<ModelNode> Nodes, ExecutionTrace Trace)
{
    private const long MostBytes = 1L << 30;

    /// <summary>Runs a task with all values among the model's outputs.</summary>
    /// <exception cref="JobException">It ends without values: an error, or a limit (at most 1 GiB of values).</exception>
    /// <exception cref="WorkerException">The model does not load there.</exception>
    /// <exception cref="Onnx.Reading.OnnxModelException">The model cannot be taken apart.</exception>
    public static async Task<RefereeTrace> RunAsync(JobData job, string modelPath, WebRuntime runtime, int task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var graph = ModelGraph.Read(await File.ReadAllBytesAsync(modelPath, cancellationToken).ConfigureAwait(false));
        var traced = Path.ChangeExtension(modelPath, $".{Guid.NewGuid():N}.onnx");
        try
        {
            await File.WriteAllBytesAsync(traced, graph.Traced(), cancellationToken).ConfigureAwait(false);
            var options = Referee.OptionsFor(job, traced, runtime) with { OutputBytes = MostBytes };
            var pool = await WorkerPool.StartAsync(options, new WorkerModel(traced), cancellationToken).ConfigureAwait(false);
            await using var _ = pool.ConfigureAwait(false);
            var inputs = await job.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false);
            var outcome = await pool.RunAsync(inputs, cancellationToken).ConfigureAwait(false);
            return outcome is TaskOutcome.Completed { Outputs: var values }
                ? new RefereeTrace(graph.Nodes, TraceOf(graph, values.ToDictionary(v => v.Key, v => TensorDigest.Of(v.Value))))
                : throw new JobException($"Task {task} shows no values: {outcome}");
        }
        finally
        {
            File.Delete(traced);
        }
    }

    private static ExecutionTrace TraceOf(ModelGraph graph, Dictionary<string, Digest> digests) =>
        ExecutionTrace.Of(graph.Nodes, TraceScope.All, name => digests[name]);
}
