using System.CommandLine;

namespace Market.Cli.Processes;

/// <summary>Ends a program when its standard input ends, so that it does not outlive whoever started it.</summary>
public static class InputWatch
{
    /// <summary>Asks for it; not shown in the help, since people have Ctrl-C.</summary>
    public static Option<bool> Option { get; } = new("--stop-with-input") { Hidden = true, Recursive = true };

    /// <summary>A token that is cancelled with <paramref name="stop"/>, and when standard input ends.</summary>
    /// <param name="stop">Ctrl-C, or a termination signal.</param>
    public static CancellationTokenSource Start(CancellationToken stop)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // A thread of its own: a read of standard input cannot be cancelled, and must not keep the program from ending.
        new Thread(() => ReadToEnd(source)) { IsBackground = true, Name = "input watch" }.Start();
        return source;
    }

    private static void ReadToEnd(CancellationTokenSource source)
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[256];
        while (input.Read(ignored) > 0)
        {
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The program has already come to its own end.
        }
    }
}
