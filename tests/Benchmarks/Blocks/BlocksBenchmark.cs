using System.Text.Json;
using Market.Onnx.Files;
using Market.Onnx.Tests.Execution;

namespace Market.Benchmarks.Blocks;

/// <summary>Blocks from a job's post to its payment, on a devnet of three providers and a verifier with blocks of one second.</summary>
/// <remarks>
/// The model is a single addition, so that executing tasks, and samples of them again, takes no time that would have to be
/// taken out: what is counted is the market's, fetching the job and starting its workers included.
/// </remarks>
internal static class BlocksBenchmark
{
    private const int Tasks = 8;
    private static readonly string Program = Checkout.At(".build/dotnet/bin/Market.Node/release/market.dll");
    private static readonly string[] Stages = ["claimed", "committed", "revealed", "paid"];

    public static async Task RunAsync(bool quick)
    {
        var folder = Directory.CreateTempSubdirectory("market-blocks");
        try
        {
            Write(folder.FullName);
            await using var devnet = await Child.StartAsync("dotnet", [Program, "devnet", "--json", "--stop-with-input", "--port", "0", "--providers", "3", "--verifiers", "1"]);
            var about = JsonDocument.Parse(devnet.Greeting).RootElement;
            Report.Begin("blocks, median, goal", "each job", $"seconds until {string.Join(" / ", Stages)}, medians");
            await MeasureAsync(about, folder.FullName, replicas: 3, most: 9, quick ? 1 : 9);
            await MeasureAsync(about, folder.FullName, replicas: 1, most: 6, quick ? 1 : 9);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "double.onnx"), TinyModel.Double());
        var inputs = Directory.CreateDirectory(Path.Combine(folder, "inputs")).FullName;
        for (var task = 0; task < Tasks; task++)
        {
            File.WriteAllBytes(Path.Combine(inputs, $"{task}.npy"), NpyFile.Write(ModelFolder.Floats([4], task, 1, 2, 3)));
        }
    }

    private static async Task MeasureAsync(JsonElement devnet, string folder, int replicas, int most, int rounds)
    {
        var jobs = new List<JsonElement>();
        for (var round = 0; round < rounds; round++)
        {
            jobs.Add(await SubmitAsync(devnet, folder, replicas));
        }

        var blocks = jobs.Select(job => job.GetProperty("blocks")).Select(b => b.GetProperty("settled").GetDouble() - b.GetProperty("posted").GetDouble()).ToList();
        var seconds = Stages.Select(stage => Paired.Median(jobs.Select(job => job.GetProperty("seconds").TryGetProperty(stage, out var took) ? took.GetDouble() : 0)));
        Report.Row(
            $"from post to payment, {replicas} provider{(replicas == 1 ? "" : "s")}", $"{Paired.Median(blocks)}, ≤ {most}", string.Join(' ', blocks), string.Join(" / ", seconds));
    }

    /// <summary>Posts a job and follows it until it is final; the program's whole output is its report.</summary>
    private static async Task<JsonElement> SubmitAsync(JsonElement devnet, string folder, int replicas)
    {
        string[] arguments =
        [
            Program, "job", "submit", Path.Combine(folder, "double.onnx"), Path.Combine(folder, "inputs"), "--replicas", $"{replicas}", "--yes", "--json",
            "--data", devnet.GetProperty("requester").GetProperty("data").GetString()!, "--deployment", devnet.GetProperty("deployment").GetString()!,
            "--password-file", devnet.GetProperty("passwordFile").GetString()!,
        ];
        await using var submit = await Child.StartAsync("dotnet", arguments);
        return JsonDocument.Parse(submit.Greeting).RootElement;
    }
}
