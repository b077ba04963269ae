using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Jobs.Registration;

/// <summary>Runs models on samples in confined workers and keeps the outputs.</summary>
/// <param name="folder">Where the models lie; workers see nothing else.</param>
/// <param name="modelBytes">Size of the largest of them.</param>
/// <param name="samples">The inputs.</param>
internal sealed class SampleRuns(string folder, long modelBytes, IReadOnlyList<TensorMap> samples)
{
    private const long MostKept = 2L << 30;
    private const int MostRuns = 12;
    private const long LeastMemory = 4L << 30;
    private const long SmallModel = 64L << 20;

    private WorkerOptions Options => new()
    {
        Workers = 1,
        MemoryBytes = Math.Max(LeastMemory, 6 * modelBytes),
        OutputBytes = MostKept / (MostRuns * samples.Count),
        Readable = [folder],
    };

    /// <summary>The outputs of every sample.</summary>
    /// <exception cref="WorkerException">The model does not load, or has no outputs on a sample; the message says why.</exception>
    public async Task<IReadOnlyList<TensorMap>> OutputsAsync(string file, Configuration configuration, CancellationToken cancellationToken)
    {
        var options = Options with { Web = configuration.Web };
        var pool = await WorkerPool.StartAsync(options, new WorkerModel(Path.Combine(folder, file), configuration.Settings), cancellationToken).ConfigureAwait(false);
        await using var _ = pool.ConfigureAwait(false);
        var outputs = new TensorMap[samples.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = await pool.RunAsync(samples[i], cancellationToken).ConfigureAwait(false) switch
            {
                TaskOutcome.Completed completed => completed.Outputs,
                TaskOutcome.Failed failed => throw new WorkerException($"The model fails on sample {i}: {failed.Code}. {failed.Detail}"),
                TaskOutcome.Exceeded { Limit: WorkerLimit.OutputBytes } large => throw new WorkerException($"The outputs of sample {i} have {large.Found} bytes, expected at most {large.Allowed} with {outputs.Length} samples: take fewer."),
                var other => throw new WorkerException($"Sample {i} does not end here: {other}"),
            };
        }

        return outputs;
    }

    /// <summary>A model as the runtime rewrites it.</summary>
    /// <exception cref="WorkerException">It does not load, with the reason.</exception>
    public async Task<byte[]> RewriteAsync(string file, OptimizationLevel level, CancellationToken cancellationToken)
    {
        var room = SmallModel + (2 * modelBytes);
        var pool = await WorkerPool.StartAsync(Options with { TempBytes = room, OutputBytes = room }, cancellationToken).ConfigureAwait(false);
        await using var _ = pool.ConfigureAwait(false);
        var model = new WorkerModel(Path.Combine(folder, file), SessionSettings.Default with { Optimization = level });
        return await pool.RewriteAsync(model, cancellationToken).ConfigureAwait(false);
    }
}
