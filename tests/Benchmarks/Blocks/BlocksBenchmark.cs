using System.Diagnostics;
using System.Text.Json;

namespace Market.Benchmarks.Blocks;

/// <summary>Blocks from a job's post to its payment, on the demo's devnet with blocks of one second.</summary>
/// <remarks>
/// The job is so small that executing it, and samples of it again, takes less than a block: nothing is taken out, and what is left
/// of both counts as the market's.
/// </remarks>
internal static class BlocksBenchmark
{
    private const string Tasks = "4";
    private static readonly string[] Stages = ["claimed", "committed", "revealed", "paid"];

    public static async Task RunAsync(bool quick)
    {
        Report.Begin("blocks from post to payment, median, goal", "each run", $"seconds until {string.Join(" / ", Stages)}, medians");
        await MeasureAsync(replicas: 3, most: 9, quick ? 1 : 7);
        await MeasureAsync(replicas: 1, most: 6, quick ? 1 : 7);
    }

    private static async Task MeasureAsync(int replicas, int most, int rounds)
    {
        var blocks = new double[rounds];
        var seconds = Stages.ToDictionary(stage => stage, _ => new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            var result = await PlayAsync(replicas);
            var span = result.GetProperty("blocks");
            blocks[round] = span.GetProperty("settled").GetInt64() - span.GetProperty("posted").GetInt64();
            foreach (var stage in Stages)
            {
                seconds[stage][round] = result.GetProperty("seconds").TryGetProperty(stage, out var took) ? took.GetInt64() : 0;
            }
        }

        Report.Row(
            $"{replicas} provider{(replicas == 1 ? "" : "s")}", $"{Paired.Median(blocks)}, ≤ {most}", string.Join(' ', blocks),
            string.Join(" / ", Stages.Select(stage => Paired.Median(seconds[stage]))));
    }

    private static async Task<JsonElement> PlayAsync(int replicas)
    {
        var demo = Path.Combine(Child.Root, ".build/dotnet/bin/Market.Demo/release/market-demo.dll");
        var start = new ProcessStartInfo("dotnet", [demo, "--json", "--replicas", $"{replicas}", "--tasks", Tasks]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonDocument.Parse(await output).RootElement
            : throw new InvalidOperationException($"The demo failed; was everything built (scripts/setup)?\n{await errors}");
    }
}
