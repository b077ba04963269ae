using System.Diagnostics;

namespace Market.Onnx.Execution;

/// <summary>A program of ours that reads what a stranger sent: bytes in, bytes out, then it ends; confined as the workers are.</summary>
/// <remarks>
/// It lies beside this one, gets the file on its standard input and writes to its standard output. If it refuses the file, it says
/// why on its standard error and ends with <see cref="Refusal"/>. It sees no network, no other process and none of the user's files.
/// </remarks>
/// <param name="Name">The name of its assembly.</param>
public sealed record ConfinedProgram(string Name)
{
    /// <summary>The exit code of a program that refuses its input.</summary>
    public const int Refusal = 3;

    private const int Block = 128 << 10;

    /// <summary>Memory in bytes, its runtime (about 60 MiB) included.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Longest time on the clock.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most bytes that it may write.</summary>
    public long OutputBytes { get; init; } = 256L << 20;

    /// <summary>Runs it once.</summary>
    /// <param name="input">The file that it reads.</param>
    /// <param name="output">The file to which its output goes; incomplete if it fails.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Why it gave no output, for people to read; null if it did.</returns>
    /// <exception cref="WorkerException">It cannot be started.</exception>
    public async Task<string?> RunAsync(string input, string output, string[] arguments, CancellationToken cancellationToken)
    {
        var namespaces = await WorkerLauncher.NamespacesAsync().ConfigureAwait(false);
        using var cgroups = CgroupScope.Create(MemoryBytes + (64L << 20));
        using var process = await WorkerLauncher.StartAsync(Name, new WorkerOptions { MemoryBytes = MemoryBytes, TempBytes = 1 << 20 }, namespaces, cgroups, arguments).ConfigureAwait(false);
        using var late = new CancellationTokenSource(Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var killed = stop.Token.Register(() => Kill(process));
        var errors = LastLines.Of(process.StandardError.BaseStream);
        var feeding = OnThread(() => Feed(input, process));
        var written = await OnThread(() => Collect(process, output)).ConfigureAwait(false);
        await feeding.ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return late.IsCancellationRequested ? $"Reading it took longer than {Time.TotalSeconds:0} seconds."
            : written > OutputBytes ? $"It unpacks to more than {OutputBytes} bytes."
            : process.ExitCode == 0 ? null
            : process.ExitCode == Refusal ? await SaidAsync(errors).ConfigureAwait(false)
            : cgroups.RanOutOfMemory() ? $"Reading it took more than {MemoryBytes >> 20} MiB of memory."
            : $"Its reader broke on it (exit code {process.ExitCode}).";
    }

    // Pipes block: a thread each, none of the pool.
    private static Task<T> OnThread<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static bool Feed(string input, Process process)
    {
        try
        {
            using var file = File.OpenRead(input);
            file.CopyTo(process.StandardInput.BaseStream);
            process.StandardInput.Close();
            return true;
        }
        catch (IOException)
        {
            return false; // it ended before it had read all: its exit code tells
        }
    }

    private long Collect(Process process, string output)
    {
        using var file = new FileStream(output, FileMode.Create, FileAccess.Write);
        var (buffer, total) = (new byte[Block], 0L);
        for (int read; (read = process.StandardOutput.BaseStream.Read(buffer)) > 0;)
        {
            total += read;
            if (total > OutputBytes)
            {
                Kill(process);
                return total;
            }

            file.Write(buffer, 0, read);
        }

        return total;
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
