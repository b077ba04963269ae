using System.Collections.Concurrent;
using Market.Jobs.Packaging;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Jobs.Execution;

/// <summary>Runs a job's tasks as ordered, in confined worker processes.</summary>
public sealed class WorkerExecutor : IExecutor
{
    private static readonly ConcurrentDictionary<(SessionSettings Settings, WebRuntime? Web), Lazy<Task<MeasuredClass>>> Measured = new();
    private readonly WorkerPool _pool;

    private WorkerExecutor(WorkerPool pool, DeterminismClassId measured, int parallel)
    {
        _pool = pool;
        Parallel = parallel;
        Class = measured;
    }

    /// <inheritdoc/>
    public DeterminismClassId Class { get; }

    /// <inheritdoc/>
    public int Parallel { get; }

    /// <summary>The class of this machine with the given settings: measured by the self-test, once for a process.</summary>
    /// <param name="settings">Session settings.</param>
    /// <param name="web">The WebAssembly build if that runs the models, null for the native runtime.</param>
    /// <exception cref="WorkerException">The self-test does not complete.</exception>
    public static async Task<DeterminismClassId> ClassOfAsync(SessionSettings settings, WebRuntime? web = null)
    {
        var measured = Measured.GetOrAdd((settings, web), _ => new Lazy<Task<MeasuredClass>>(() => MeasuredClass.MeasureAsync(new WorkerOptions { Web = web }, settings)));
        try
        {
            return new DeterminismClassId((await measured.Value.ConfigureAwait(false)).Id.ToArray());
        }
        catch
        {
            Measured.TryRemove(new((settings, web), measured));
            throw;
        }
    }

    /// <summary>Starts workers within the job's limits and loads its model.</summary>
    /// <param name="job">The job.</param>
    /// <param name="modelPath">Its model, as a file.</param>
    /// <param name="settings">Session settings of this machine.</param>
    /// <param name="workers">How many tasks to run at a time.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="roomBytes">Memory and output for values that the model shows besides its outputs, beyond the job's limits.</param>
    /// <exception cref="WorkerException">The model does not load, with the reason.</exception>
    public static async Task<WorkerExecutor> StartAsync(
        JobData job, string modelPath, SessionSettings settings, int workers, CancellationToken cancellationToken, long roomBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(job);
        var limits = job.Bundle.Limits;
        var time = TimeSpan.FromMilliseconds(limits.TaskMilliseconds);
        var options = new WorkerOptions
        {
            Workers = Math.Min(workers, job.Bundle.Tasks),
            MemoryBytes = limits.MemoryBytes + roomBytes,
            WallTime = time,
            CpuTime = time * settings.IntraOpThreads,
            OutputBytes = limits.OutputBytes + roomBytes,
            Readable = [Path.GetDirectoryName(Path.GetFullPath(modelPath))!],
        };
        var measured = await ClassOfAsync(settings).ConfigureAwait(false);
        var pool = await WorkerPool.StartAsync(options, new WorkerModel(Path.GetFullPath(modelPath), settings), cancellationToken).ConfigureAwait(false);
        return new WorkerExecutor(pool, measured, options.Workers);
    }

    /// <inheritdoc/>
    public Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken) => _pool.RunAsync(inputs, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
