using System.Threading.Channels;
using Market.Onnx.Tensors;

namespace Market.Onnx.Execution;

/// <summary>Runs tasks of one model in parallel over confined worker processes.</summary>
/// <remarks>
/// <para>A worker that dies, hangs or goes beyond a bound is killed and replaced; the pool goes on. Disposing leaves no process
/// behind, and neither does the death of this one, however sudden.</para>
/// <para>Thread-safe. Tasks beyond the number of workers wait their turn in the order of their calls.</para>
/// </remarks>
public sealed class WorkerPool : IAsyncDisposable
{
    private readonly WorkerOptions _options;
    private readonly Channel<Slot> _idle;
    private readonly Slot[] _slots;
    private readonly CancellationTokenSource _closing = new();
    private volatile WorkerModel? _model;

    private WorkerPool(WorkerOptions options, NamespaceKind namespaces)
    {
        _options = options;
        _slots = [.. Enumerable.Range(0, options.Workers).Select(_ => new Slot())];
        _idle = Channel.CreateBounded<Slot>(options.Workers);
        using var cgroups = CgroupScope.Create(options.MemoryBytes);
        Confinement = new Confinement(namespaces, cgroups.Memory, cgroups.Pids);
    }

    /// <summary>What confines the workers on this machine.</summary>
    public Confinement Confinement { get; }

    /// <summary>Processes of the workers that live now.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _slots.Select(slot => slot.Worker?.Id ?? 0).Where(id => id > 0)];

    /// <summary>Starts the workers.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="WorkerException">A worker does not start, or the namespaces that the options require are not to be had.</exception>
    public static async Task<WorkerPool> StartAsync(WorkerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var namespaces = await WorkerLauncher.NamespacesAsync().ConfigureAwait(false);
        if (options.RequireNamespaces && namespaces == NamespaceKind.None)
        {
            throw new WorkerException("This machine lets this user make no namespaces, and the options require them.");
        }

        var pool = new WorkerPool(options, namespaces);
        try
        {
            await Task.WhenAll(pool._slots.Select(slot => pool.ReviveAsync(slot, cancellationToken))).ConfigureAwait(false);
            foreach (var slot in pool._slots)
            {
                await pool._idle.Writer.WriteAsync(slot, cancellationToken).ConfigureAwait(false);
            }

            return pool;
        }
        catch
        {
            await pool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the workers and loads a model in each.</summary>
    /// <inheritdoc cref="StartAsync(WorkerOptions, CancellationToken)" path="/exception"/>
    /// <inheritdoc cref="LoadAsync" path="/exception"/>
    public static async Task<WorkerPool> StartAsync(WorkerOptions options, WorkerModel model, CancellationToken cancellationToken = default)
    {
        var pool = await StartAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            await pool.LoadAsync(model, cancellationToken).ConfigureAwait(false);
            return pool;
        }
        catch
        {
            await pool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Loads a model in every worker in place of the one before, once the tasks in progress have ended.</summary>
    /// <exception cref="WorkerException">The model does not load, with the reason; the pool has no model then.</exception>
    public async Task LoadAsync(WorkerModel model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var taken = new List<Slot>(_slots.Length);
        try
        {
            while (taken.Count < _slots.Length)
            {
                taken.Add(await TakeAsync(cancellationToken).ConfigureAwait(false));
            }

            _model = null;
            await Task.WhenAll(taken.Select(slot => PrepareAsync(slot, model, cancellationToken))).ConfigureAwait(false);
            _model = model;
        }
        catch (WorkerDiedException e)
        {
            throw DoesNotLoad(model, e);
        }
        finally
        {
            taken.ForEach(Return);
        }
    }

    /// <summary>A model as the runtime rewrites it at the settings' optimization level, as an ONNX file. No model needs to be loaded, and what is loaded stays.</summary>
    /// <remarks>Goes through the worker's temporary disk, and counts as output: both bounds must have room for the file. Native runtime only.</remarks>
    /// <exception cref="WorkerException">The model does not load, with the reason.</exception>
    public async Task<byte[]> RewriteAsync(WorkerModel model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (_options.Web is not null)
        {
            throw new WorkerException("The WebAssembly build does not rewrite models, expected the native runtime.");
        }

        var slot = await TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var worker = await LiveAsync(slot, cancellationToken).ConfigureAwait(false);
            return await worker.RewriteAsync(model, cancellationToken).ConfigureAwait(false);
        }
        catch (WorkerDiedException e)
        {
            throw DoesNotLoad(model, e);
        }
        finally
        {
            Return(slot);
        }
    }

    /// <summary>Runs one task.</summary>
    /// <exception cref="InvalidOperationException">No model is loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the worker is killed, at whatever point it was.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    /// <exception cref="WorkerException">No replacement for a dead worker starts.</exception>
    public async Task<TaskOutcome> RunAsync(TensorMap inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var bytes = inputs.Sum(pair => (long)pair.Value.Data.Length);
        if (bytes > _options.InputBytes)
        {
            throw new ArgumentException($"The inputs have {bytes} bytes, expected at most {_options.InputBytes}.", nameof(inputs));
        }

        var slot = await TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var model = _model ?? throw new InvalidOperationException("The pool has no model: load one first.");
            return await RunAsync(slot, model, inputs, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Return(slot);
        }
    }

    /// <summary>Kills all workers, whatever they do, and waits until they are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        _idle.Writer.TryComplete();
        await Task.WhenAll(_slots.Select(slot => slot.ClearAsync().AsTask())).ConfigureAwait(false);
    }

    private async Task<TaskOutcome> RunAsync(Slot slot, WorkerModel model, TensorMap inputs, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        for (var again = true; ; again = false)
        {
            try
            {
                var worker = await PrepareAsync(slot, model, stop.Token).ConfigureAwait(false);
                return await worker.RunAsync(inputs, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested, this);
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
            catch (WorkerDiedException e) when (e.Exceeded is not null || !again)
            {
                return e.Exceeded ?? (TaskOutcome)new TaskOutcome.Crashed(e.Message);
            }
            catch (WorkerDiedException)
            {
                // Killed from outside, or by this task: the second try tells.
            }
        }
    }

    private static WorkerException DoesNotLoad(WorkerModel model, WorkerDiedException e) => new(
        e.Exceeded is { } hit
            ? $"The model '{model.Path}' does not load: {hit.Limit} {hit.Found} is beyond {hit.Allowed}."
            : $"The worker died while it loaded the model '{model.Path}': {e.Message}.",
        e);

    // A worker in which anything broke is never used again.
    private async Task<WorkerProcess> LiveAsync(Slot slot, CancellationToken cancellationToken)
    {
        if (slot.Worker is not { Broken: false })
        {
            await ReviveAsync(slot, cancellationToken).ConfigureAwait(false);
        }

        return slot.Worker ?? throw new ObjectDisposedException(nameof(WorkerPool));
    }

    private async Task<WorkerProcess> PrepareAsync(Slot slot, WorkerModel model, CancellationToken cancellationToken)
    {
        var worker = await LiveAsync(slot, cancellationToken).ConfigureAwait(false);
        if (worker.Loaded != model)
        {
            await worker.LoadAsync(model, cancellationToken).ConfigureAwait(false);
        }

        return worker;
    }

    private async Task ReviveAsync(Slot slot, CancellationToken cancellationToken)
    {
        await slot.ClearAsync().ConfigureAwait(false);
        slot.Worker = await WorkerProcess.StartAsync(_options, Confinement.Namespaces, cancellationToken).ConfigureAwait(false);
        if (_closing.IsCancellationRequested)
        {
            await slot.ClearAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(WorkerPool));
        }
    }

    private async ValueTask<Slot> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _idle.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(WorkerPool));
        }
    }

    // Never full: there are no more slots than places. Closed: the pool is being disposed of.
    private void Return(Slot slot) => _idle.Writer.TryWrite(slot);

    private sealed class Slot
    {
        private WorkerProcess? _worker;

        public WorkerProcess? Worker
        {
            get => _worker;
            set => _worker = value;
        }

        public async ValueTask ClearAsync()
        {
            if (Interlocked.Exchange(ref _worker, null) is { } worker)
            {
                await worker.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
