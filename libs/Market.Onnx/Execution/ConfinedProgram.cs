using System.Diagnostics;

namespace Market.Onnx.Execution;

/// <summary>A program of ours that reads what a stranger sent: bytes in, bytes out, then it ends; confined as the workers are.</summary>
/// <remarks>
/// It lies beside this one, gets files on its standard input, one after the other, and writes to its standard output. If it refuses
/// one, it says why on its standard error and ends with <see cref="Refusal"/>; where memory does not suffice, with
/// <see cref="OutOfMemory"/>. It sees no network, no other process and none of the user's files.
/// </remarks>
/// <param name="Name">The name of its assembly.</param>
public sealed record ConfinedProgram(string Name)
{
    /// <summary>The exit code of a program that refuses its input.</summary>
    public const int Refusal = 3;

    /// <summary>The exit code of a program whose memory did not suffice.</summary>
    public const int OutOfMemory = 4;

    private const int Block = 128 << 10;

    /// <summary>Memory in bytes, its runtime (about 60 MiB) included.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>How much of that managed objects may take; a quarter if null.</summary>
    public long? HeapBytes { get; init; }

    /// <summary>Longest time on the clock.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most bytes that it may write.</summary>
    public long OutputBytes { get; init; } = 256L << 20;

    /// <summary>Runs it once on a file.</summary>
    /// <param name="input">The file that it reads.</param>
    /// <param name="output">The file to which its output goes; incomplete if it fails.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Why it gave no output, for people to read; null if it did.</returns>
    /// <exception cref="WorkerException">It cannot be started.</exception>
    public Task<string?> RunAsync(string input, string output, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync([input], stream => Write(stream, output), arguments, cancellationToken);

    /// <summary>Runs it once on several files.</summary>
    /// <param name="inputs">The files that it reads.</param>
    /// <param name="take">Takes its output, on a thread of its own, as it comes; what it throws ends the program and reaches the caller. The output ends early if the program fails.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Why it did not end well, for people to read; null if it did.</returns>
    /// <exception cref="WorkerException">It cannot be started.</exception>
    public async Task<string?> RunAsync(IReadOnlyList<string> inputs, Action<Stream> take, string[] arguments, CancellationToken cancellationToken)
    {
        var namespaces = await WorkerLauncher.NamespacesAsync().ConfigureAwait(false);
        using var cgroups = CgroupScope.Create(MemoryBytes + (64L << 20));
        var options = new WorkerOptions { MemoryBytes = MemoryBytes, HeapBytes = HeapBytes, TempBytes = 1 << 20 };
        using var process = await WorkerLauncher.StartAsync(Name, options, namespaces, cgroups, arguments).ConfigureAwait(false);
        using var late = new CancellationTokenSource(Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var killed = stop.Token.Register(() => Kill(process));
        var errors = LastLines.Of(process.StandardError.BaseStream);
        var feeding = OnThread(() => Feed(inputs, process));
        using var output = new ProgramOutput(process.StandardOutput.BaseStream, OutputBytes);
        try
        {
            await OnThread(() => TakeAll(take, output)).ConfigureAwait(false);
        }
        finally
        {
            if (!output.HasEnded)
            {
                Kill(process); // it writes too much, or nobody takes it
            }

            await feeding.ConfigureAwait(false);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return late.IsCancellationRequested ? $"Reading it took longer than {Time.TotalSeconds:0} seconds."
            : output.IsTooMuch ? $"It unpacks to more than {OutputBytes} bytes."
            : process.ExitCode == 0 ? null
            : process.ExitCode == Refusal ? await SaidAsync(errors).ConfigureAwait(false)
            : process.ExitCode == OutOfMemory || cgroups.RanOutOfMemory() ? $"Reading it took more than {MemoryBytes >> 20} MiB of memory."
            : $"Its reader broke on it (exit code {process.ExitCode}).";
    }

    // Pipes block: a thread each, none of the pool.
    private static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Feed(IReadOnlyList<string> inputs, Process process)
    {
        try
        {
            using var pipe = process.StandardInput.BaseStream;
            foreach (var input in inputs)
            {
                using var file = File.OpenRead(input);
                file.CopyTo(pipe);
            }
        }
        catch (IOException)
        {
            // It ended before it had read all, or a file is gone and it reads less: its exit code tells.
        }
    }

    private static void TakeAll(Action<Stream> take, ProgramOutput output)
    {
        take(output);
        output.CopyTo(Stream.Null, Block); // it may still be writing
    }

    private static void Write(Stream output, string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        output.CopyTo(file, Block);
    }

    // The pipe of errors is drained by a thread of its own, which may be a little behind the end of the process.
    private static async Task<string> SaidAsync(LastLines errors)
    {
        await errors.Ended.ConfigureAwait(false);
        return errors.Text;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(); // unshare(1) passes it on to its child (--kill-child)
        }
        catch (InvalidOperationException)
        {
            // It is gone.
        }
    }
}
