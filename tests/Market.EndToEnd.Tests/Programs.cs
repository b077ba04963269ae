using System.Diagnostics;
using System.Text.Json;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Market.EndToEnd.Tests;

/// <summary>Runs the programs as people do, and reads what they print.</summary>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static Task<Finished> DemoAsync(params string[] arguments) => RunAsync("market-demo", arguments);

    public static Task<Finished> MarketAsync(params string[] arguments) => RunAsync("market", arguments);

    public static async Task<Finished> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program + ".dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
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
