using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Market.Onnx.Digests;
using Market.Onnx.Tensors;

namespace Market.Onnx.Execution;

/// <summary>One confined worker process and the pipes to it.</summary>
/// <remarks>
/// A thread of its own talks to it: reads of a pipe block, and a few blocked threads of the pool would stall everything else in
/// the program. Whatever ends an exchange early does so by killing the process, which ends the read.
/// </remarks>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly WorkerOptions _options;
    private readonly Process _process;
    private readonly CgroupScope _cgroups;
    private readonly ExchangeThread _thread;
    private readonly LastLines _errors;
    private readonly FramePipe _pipe;
    private TaskWatch? _watch;
    private int _workerId;
    private int _threads = 1;
    private volatile bool _killed;

    private WorkerProcess(WorkerOptions options, Process process, CgroupScope cgroups)
    {
        (_options, _process, _cgroups) = (options, process, cgroups);
        _pipe = new FramePipe(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        _errors = LastLines.Of(process.StandardError.BaseStream);
        _thread = new ExchangeThread($"market-onnx worker {process.Id}");
    }

    /// <summary>The model that it holds.</summary>
    public WorkerModel? Loaded { get; private set; }

    /// <summary>Id of the worker on this host.</summary>
    public int Id => _workerId;

    /// <summary>Starts a worker and waits until it is ready.</summary>
    /// <exception cref="WorkerException">It does not start in time.</exception>
    public static async Task<WorkerProcess> StartAsync(WorkerOptions options, NamespaceKind namespaces, CancellationToken cancellationToken)
    {
        var cgroups = CgroupScope.Create(options.MemoryBytes + options.TempBytes + (64L << 20));
        WorkerProcess? worker = null;
        try
        {
            var process = await WorkerLauncher.StartAsync(options, namespaces, cgroups, "serve",
                options.InputBytes.ToString(CultureInfo.InvariantCulture),
                options.OutputBytes.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
            worker = new WorkerProcess(options, process, cgroups);
            await worker.GreetAsync(cancellationToken).ConfigureAwait(false);
            return worker;
        }
        catch
        {
            if (worker is not null)
            {
                await worker.DisposeAsync().ConfigureAwait(false);
            }

            cgroups.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model in place of the one held.</summary>
    /// <exception cref="WorkerException">The model does not load, with the reason, or the worker died.</exception>
    public Task LoadAsync(WorkerModel model, CancellationToken cancellationToken) => ExchangeAsync(() =>
    {
        Loaded = null;
        Watched(_options.StartTime, _options.StartTime, () =>
        {
            _pipe.Send(WorkerFrame.Load, Encoding.UTF8.GetBytes($"{model.Settings}\n{model.Trace}\n{model.Path}"));
            var (kind, body) = _pipe.Receive(_options.OutputBytes, WorkerFrame.Loaded, WorkerFrame.Refused);
            return kind == WorkerFrame.Loaded ? true : throw Refusal(model, body);
        });
        Loaded = model;
        _threads = model.Settings.IntraOpThreads;
        return true;
    }, cancellationToken);

    /// <summary>The model as the runtime rewrites it; the one held stays.</summary>
    /// <exception cref="WorkerException">The model does not load, with the reason, or the worker died.</exception>
    public Task<byte[]> RewriteAsync(WorkerModel model, CancellationToken cancellationToken) => ExchangeAsync(() =>
        Watched(_options.StartTime, _options.StartTime, () =>
        {
            _pipe.Send(WorkerFrame.Rewrite, Encoding.UTF8.GetBytes($"{model.Settings}\n{model.Path}"));
            var (kind, body) = _pipe.Receive(_options.OutputBytes, WorkerFrame.Rewritten, WorkerFrame.Refused);
            return kind == WorkerFrame.Rewritten ? body.ToArray() : throw Refusal(model, body);
        }), cancellationToken);

    /// <summary>Runs one task on the loaded model.</summary>
    /// <exception cref="WorkerDiedException">The worker died or broke the protocol, for no reason that is an outcome.</exception>
    public Task<TaskOutcome> RunAsync(TensorMap inputs, CancellationToken cancellationToken) => ExchangeAsync(() =>
        Watched(_options.WallTime, _options.CpuTime, () =>
        {
            _pipe.SendTensors(WorkerFrame.Run, inputs);
            var bound = TensorFrame.Bound(_options.OutputBytes);
            var first = Loaded!.Trace is not null ? WorkerFrame.Traced : WorkerFrame.Completed;
            var (kind, body) = _pipe.Receive(bound, first, WorkerFrame.Failed, WorkerFrame.Exceeded);
            if (kind != WorkerFrame.Traced)
            {
                return Outcome(kind, body);
            }

            var trace = Trace(body.Span);
            (kind, body) = _pipe.Receive(bound, WorkerFrame.Completed);
            return (TaskOutcome.Completed)Outcome(kind, body) with { Trace = trace };
        }), cancellationToken);

    /// <summary>Whether it was killed or died: then it is of no more use.</summary>
    public bool Broken => _killed || _process.HasExited;

    /// <summary>Ends the worker at once, whatever it does.</summary>
    public void Kill()
    {
        _killed = true;
        try
        {
            if (_workerId == 0 || _workerId == _process.Id)
            {
                _process.Kill(); // not ready yet: whoever holds it passes the signal on (unshare --kill-child)
            }
            else if (!_process.HasExited)
            {
                using var worker = Process.GetProcessById(_workerId);
                worker.Kill();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or System.ComponentModel.Win32Exception)
        {
            // It is gone.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
        {
            try
            {
                await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }

        await _thread.DisposeAsync().ConfigureAwait(false);
        _watch?.Dispose();
        _pipe.Dispose();
        _process.Dispose();
        _cgroups.Dispose();
    }

    private static WorkerException Refusal(WorkerModel model, ReadOnlyMemory<byte> reason) =>
        new($"The model '{model.Path}' does not load: {FramePipe.Text(reason.Span)}") { ModelRefused = true };

    private Task<bool> GreetAsync(CancellationToken cancellationToken) => ExchangeAsync(() =>
    {
        using var late = TimeProvider.System.CreateTimer(_ => Kill(), null, _options.StartTime, Timeout.InfiniteTimeSpan);
        try
        {
            var (_, body) = _pipe.Receive(0, WorkerFrame.Ready);
            if (body.Length != 4 || BinaryPrimitives.ReadUInt32LittleEndian(body.Span) != WorkerFrameHeader.Protocol)
            {
                throw new WorkerException($"The worker speaks another protocol than version {WorkerFrameHeader.Protocol}.");
            }
        }
        catch (IOException)
        {
            throw new WorkerException($"The worker did not start within {_options.StartTime}: {Ending()}");
        }

        _workerId = FindWorker();
        _watch = new TaskWatch(_workerId, Kill);
        return true;
    }, cancellationToken);

    // With namespaces, the process started is unshare(1), and its only child the worker.
    private int FindWorker()
    {
        var children = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Trim();
        return children.Length == 0 ? _process.Id : int.Parse(children.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private async Task<T> ExchangeAsync<T>(Func<T> exchange, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var killed = cancellationToken.Register(Kill);
        try
        {
            return await _thread.RunAsync(exchange).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WorkerException or WorkerDiedException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private T Watched<T>(TimeSpan wall, TimeSpan cpu, Func<T> exchange)
    {
        _watch!.Start(wall, cpu, _threads);
        try
        {
            return exchange();
        }
        catch (Exception e) when (e is IOException or FrameException)
        {
            Kill();
            throw new WorkerDiedException(Ending(), e) { Exceeded = Bound() };
        }
        finally
        {
            _watch.Stop();
        }
    }

    private TaskOutcome.Exceeded? Bound() =>
        _watch!.Exceeded is var (limit, found, allowed) ? new(limit, found, allowed)
        : _cgroups.RanOutOfMemory() ? new(WorkerLimit.Memory, _options.MemoryBytes, _options.MemoryBytes)
        : null;

    private TaskOutcome Outcome(WorkerFrame kind, ReadOnlyMemory<byte> body)
    {
        if (kind == WorkerFrame.Completed)
        {
            return new TaskOutcome.Completed(TensorFrame.Read(body, _options.OutputBytes), _watch!.Elapsed);
        }

        if (body.Length < 4)
        {
            throw new FrameException($"A frame {kind} has {body.Length} bytes, expected at least 4.");
        }

        var code = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        var rest = body.Span[4..];
        return kind switch
        {
            WorkerFrame.Failed when Enum.IsDefined((FailureCode)code) => new TaskOutcome.Failed((FailureCode)code, FramePipe.Text(rest)),
            WorkerFrame.Exceeded when rest.Length == 8 && Allowed((WorkerLimit)code) is { } allowed =>
                new TaskOutcome.Exceeded((WorkerLimit)code, BinaryPrimitives.ReadInt64LittleEndian(rest), allowed),
            _ => throw new FrameException($"A frame {kind} carries code {code} and {rest.Length} bytes."),
        };
    }

    private static ExecutionTrace Trace(ReadOnlySpan<byte> body)
    {
        if (body.Length == 0 || body.Length % Digest.Size != 0)
        {
            throw new FrameException($"A trace has {body.Length} bytes, expected {Digest.Size} for each node.");
        }

        var nodes = new Digest[body.Length / Digest.Size];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new Digest(body.Slice(i * Digest.Size, Digest.Size));
        }

        return new ExecutionTrace(nodes);
    }

    private long? Allowed(WorkerLimit limit) => limit switch
    {
        WorkerLimit.Memory => _options.MemoryBytes,
        WorkerLimit.OutputBytes => _options.OutputBytes,
        _ => null, // times are measured here, not there
    };

    private string Ending()
    {
        var exited = _process.WaitForExit(TimeSpan.FromSeconds(1));
        var said = _errors.Text;
        return (exited ? $"it ended with exit code {_process.ExitCode}" : "it closed its pipe")
            + (said.Length > 0 ? $" and said '{said}'" : "");
    }
}
