using System.Diagnostics;

namespace Market.Cli.Processes;

/// <summary>
/// A program that runs for this one. It ends when its standard input ends, so that it cannot outlive us even if we are
/// killed; what it says last is kept for the error message if it fails.
/// </summary>
/// <remarks>The program must honour the end of its input: ours do with <c>--stop-with-input</c>.</remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _lastWords = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private ChildProcess(string name, Process process, Func<string, string?> ready, TextWriter? log)
    {
        Name = name;
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, ready, log), ReadAsync(process.StandardError, _ => null, log));
    }

    /// <summary>What the person knows it by, such as "provider 2".</summary>
    public string Name { get; }

    /// <summary>The operating system's number for it.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program and waits until a line of its standard output says that it is ready.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="start">What to run; streams are redirected here.</param>
    /// <param name="ready">Given each line of standard output: what the ready line says, or null for any other line.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="log">Gets every line it writes, or null.</param>
    /// <param name="cancellationToken">Ends the start, and the program with it.</param>
    /// <returns>The running program, and what its ready line said.</returns>
    /// <exception cref="FailureException">It ended, or said nothing in time; the message has its last words.</exception>
    public static async Task<(ChildProcess Process, string Ready)> StartAsync(
        string name, ProcessStartInfo start, Func<string, string?> ready, TimeSpan timeout, TextWriter? log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process = Process.Start(start) ?? throw new FailureException($"{name} did not start: '{start.FileName}'.");
        var child = new ChildProcess(name, process, ready, log);
        try
        {
            Task exited = process.WaitForExitAsync(cancellationToken);
            Task first = await Task.WhenAny(child._ready.Task, exited).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            if (first == child._ready.Task)
            {
                return (child, await child._ready.Task.ConfigureAwait(false));
            }

            await child._reading.ConfigureAwait(false);
            throw new FailureException($"{name} ended with code {process.ExitCode} before it was ready. {child.LastWords}");
        }
        catch (TimeoutException e)
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw new FailureException($"{name} was not ready within {timeout.TotalSeconds:0} s. {child.LastWords}", e);
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The last lines that it wrote, for a message.</summary>
    public string LastWords
    {
        get
        {
            lock (_lastWords)
            {
                return _lastWords.Count == 0 ? "It wrote nothing." : "Its last words:\n" + string.Join('\n', _lastWords);
            }
        }
    }

    /// <summary>Ends it at once and without warning, as a power cut would.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Asks it to end, and kills it and its children if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        await _reading.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader, Func<string, string?> ready, TextWriter? log)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lastWords)
            {
                _lastWords.Enqueue(line);
                if (_lastWords.Count > LinesKept)
                {
                    _lastWords.Dequeue();
                }

                log?.WriteLine($"[{Name}] {line}");
            }

            if (ready(line) is { } said)
            {
                _ready.TrySetResult(said);
            }
        }
    }
}
