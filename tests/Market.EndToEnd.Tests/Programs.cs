using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Market.Node.Devnets;

namespace Market.EndToEnd.Tests;

/// <summary>Runs the programs as people do, and reads what they print.</summary>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static Task<Finished> DemoAsync(params string[] arguments) => RunAsync("market-demo", arguments);

    public static Task<Finished> MarketAsync(params string[] arguments) => RunAsync("market", arguments);

    public static async Task<Finished> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        return await FinishAsync(process);
    }

    /// <summary>Ends a running program's input, and waits until it is done.</summary>
    public static async Task<Finished> FinishAsync(Process process)
    {
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Finished(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Starts a program and leaves it running.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(program == "market-web" ? Repository.Program("Market.Web", program) : Path.Combine(AppContext.BaseDirectory, program + ".dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits until a running program writes a line with any of these words to standard error.</summary>
    public static async Task<string> LineAsync(Process process, CancellationToken stop, params string[] words)
    {
        var lines = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(stop).AsTask().WaitAsync(Limit, stop) is { } line)
        {
            if (words.Any(w => line.Contains(w, StringComparison.Ordinal)))
            {
                return line;
            }

            lines.AppendLine(line);
        }

        throw new InvalidOperationException($"The program ended without saying '{string.Join("' or '", words)}':\n{lines}");
    }

    internal sealed record Finished(int Code, string Output, string Error)
    {
        /// <summary>The one document on standard output of a program that did what it should.</summary>
        public JsonElement Json()
        {
            Assert.True(Code == 0, $"Exit code {Code}.\n{Output}\n{Error}");
            return JsonDocument.Parse(Output).RootElement;
        }
    }
}
