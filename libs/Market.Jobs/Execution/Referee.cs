using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Onnx.Execution;

namespace Market.Jobs.Execution;

/// <summary>The canonical referee on one job: what a task's result is, to the bit the same on every machine (docs/referee.md).</summary>
/// <remarks>Its process starts when the first task is asked for: most jobs need no referee. Thread-safe; one task at a time.</remarks>
/// <param name="job">The job.</param>
/// <param name="modelPath">Its model, as a file.</param>
/// <param name="runtime">The pinned WebAssembly build.</param>
public sealed class Referee(JobData job, string modelPath, WebRuntime runtime) : IAsyncDisposable
{
    /// <summary>How many times as long as the job allows a task the referee may take: it is slower than native machines.</summary>
    public const int TimeFactor = 12;

    // What WebAssembly can address, and room for Node.js around it.
    private const long MemoryBytes = 5L << 30;
    private readonly SemaphoreSlim _turn = new(1);
    private WorkerPool? _pool;

    /// <summary>The canonical result of a task: outputs, or an error.</summary>
    /// <exception cref="JobException">There is none: a limit was hit, the model does not load there, or the inputs are no tensors.</exception>
    public async Task<TaskResult> RunAsync(int task, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var inputs = await job.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false);
            _pool ??= await WorkerPool.StartAsync(OptionsFor(job, modelPath, runtime), new WorkerModel(modelPath), cancellationToken).ConfigureAwait(false);
            return ReplicaRun.ResultOf(task, await _pool.RunAsync(inputs, cancellationToken).ConfigureAwait(false), job.Bundle);
        }
        catch (WorkerException e)
        {
            throw new JobException($"The canonical referee does not run this model: {e.Message}", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends its process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_pool is { } pool)
        {
            await pool.DisposeAsync().ConfigureAwait(false);
        }

        _turn.Dispose();
    }

    internal static WorkerOptions OptionsFor(JobData job, string modelPath, WebRuntime runtime)
    {
        var time = TimeSpan.FromMilliseconds(job.Bundle.Limits.TaskMilliseconds) * TimeFactor;
        return new WorkerOptions
        {
            Workers = 1,
            Web = runtime,
            MemoryBytes = MemoryBytes,
            WallTime = time,
            // The build is compiled on further threads while the first task runs.
            CpuTime = time * 2,
            OutputBytes = job.Bundle.Limits.OutputBytes + WitnessedModel.RoomBytes,
            Readable = [Path.GetDirectoryName(Path.GetFullPath(modelPath))!],
        };
    }
}
