using System.Globalization;
using Market.Onnx.Execution;
using Market.Onnx.Tests.Execution;

namespace Market.Benchmarks.Execution;

/// <summary>The worker pool against the runtime called in a loop in this process, on the same cores and the same inputs.</summary>
internal static class ExecutionBenchmark
{
    private const int Rounds = 15;

    public static async Task RunAsync()
    {
        var cores = Environment.ProcessorCount;
        using var models = new ModelFolder();
        var options = models.Options with { Workers = cores };
        var recognition = new WorkerModel(ModelFolder.Recognition);

        var starts = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            starts.Add(await Paired.TimeAsync(async () => await (await WorkerPool.StartAsync(options with { Workers = 1 })).DisposeAsync()));
        }

        Print("start and end of one worker", Paired.Median(starts) * 1e3, "ms");
        await ThroughputAsync(options, recognition, width: 320, tasks: 12 * cores);
        await ThroughputAsync(options, recognition, width: 160, tasks: 24 * cores);
        await OverheadAsync(options with { Workers = 1 }, models.Write(TinyModel.Double()), 4);
        await OverheadAsync(options with { Workers = 1 }, models.Write(TinyModel.Double()), 1 << 20);
    }

    private static async Task ThroughputAsync(WorkerOptions options, WorkerModel model, int width, int tasks)
    {
        var lines = Enumerable.Range(0, tasks).Select(seed => ModelFolder.Line(seed, width)).ToArray();
        await using var pool = await WorkerPool.StartAsync(options, model);
        using var direct = new DirectSession(model);
        direct.Run(lines[0]);
        Print($"one task of recognition, {width} wide, bare", await Paired.TimeAsync(() => Task.Run(() => direct.Run(lines[0]))) * 1e3, "ms");
        var ratio = await Paired.RatioAsync(Rounds,
            baseline: () => Parallel.ForEachAsync(lines, new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, (line, _) =>
            {
                direct.Run(line);
                return ValueTask.CompletedTask;
            }),
            subject: () => Task.WhenAll(lines.Select(line => pool.RunAsync(ModelFolder.Inputs(("x", line))))));
        Print($"pool's throughput / bare loop's, recognition, {width} wide, {options.Workers} cores", ratio, "");
    }

    private static async Task OverheadAsync(WorkerOptions options, WorkerModel model, int elements)
    {
        const int Tasks = 200;
        await using var pool = await WorkerPool.StartAsync(options, model);
        using var direct = new DirectSession(model);
        var input = ModelFolder.Floats([elements], new float[elements]);
        var (bare, pooled) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Tasks; i++)
            {
                bare.Add(await Paired.TimeAsync(() =>
                {
                    direct.Run(input);
                    return Task.CompletedTask;
                }));
            }

            for (var i = 0; i < Tasks; i++)
            {
                pooled.Add(await Paired.TimeAsync(() => pool.RunAsync(ModelFolder.Inputs(("x", input)))));
            }
        }

        Print($"overhead of a task, {elements * sizeof(float)} bytes each way", (Paired.Median(pooled) - Paired.Median(bare)) * 1e6, "µs");
    }

    private static void Print(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:F3} {unit}"));
}
