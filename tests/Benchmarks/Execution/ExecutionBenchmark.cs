using Market.Onnx.Execution;
using Market.Onnx.Tests.Execution;

namespace Market.Benchmarks.Execution;

/// <summary>The worker pool against the runtime called in a loop in this process, on the same cores and the same inputs.</summary>
internal static class ExecutionBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        var rounds = quick ? 1 : 15;
        var cores = Environment.ProcessorCount;
        using var models = new ModelFolder();
        var options = models.Options with { Workers = cores };
        var recognition = new WorkerModel(ModelFolder.Recognition);

        Report.Begin("");
        var starts = await Paired.InTurnAsync(
            rounds, () => Paired.TimeAsync(async () => await (await WorkerPool.StartAsync(options with { Workers = 1 })).DisposeAsync()));
        Report.Row("start and end of one worker, confinement included", Report.Number(Paired.Median(starts[0]) * 1e3, "ms"));
        await ThroughputAsync(rounds, options, recognition, width: 320, tasks: 12 * cores);
        await ThroughputAsync(rounds, options, recognition, width: 160, tasks: 24 * cores);
        await OverheadAsync(rounds, options with { Workers = 1 }, models.Write(TinyModel.Double()), 4);
        await OverheadAsync(rounds, options with { Workers = 1 }, models.Write(TinyModel.Double()), 1 << 20);
    }

    private static async Task ThroughputAsync(int rounds, WorkerOptions options, WorkerModel model, int width, int tasks)
    {
        var lines = Enumerable.Range(0, tasks).Select(seed => ModelFolder.Line(seed, width)).ToArray();
        await using var pool = await WorkerPool.StartAsync(options, model);
        using var direct = new DirectSession(model);
        direct.Run(lines[0]);
        var alone = await Paired.TimeAsync(() => Task.Run(() => direct.Run(lines[0])));
        var ratio = await Paired.RatioAsync(
            rounds,
            baseline: () => Parallel.ForEachAsync(lines, new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, (line, _) =>
            {
                direct.Run(line);
                return ValueTask.CompletedTask;
            }),
            subject: () => Task.WhenAll(lines.Select(line => pool.RunAsync(ModelFolder.Inputs(("x", line))))));
        Report.Row($"throughput of the pool / of the bare loop on {options.Workers} cores, {Report.Number(alone * 1e3, "ms")} a task", $"{Report.Number(ratio)}, ≥ 0.95");
    }

    private static async Task OverheadAsync(int rounds, WorkerOptions options, WorkerModel model, int elements)
    {
        const int Tasks = 200;
        await using var pool = await WorkerPool.StartAsync(options, model);
        using var direct = new DirectSession(model);
        var input = ModelFolder.Floats([elements], new float[elements]);
        Func<Task<double>> Typical(Func<Task> run) => async () =>
        {
            var times = new List<double>();
            for (var i = 0; i < Tasks; i++)
            {
                times.Add(await Paired.TimeAsync(run));
            }

            return Paired.Median(times);
        };
        var rows = await Paired.InTurnAsync(
            rounds,
            Typical(() =>
            {
                direct.Run(input);
                return Task.CompletedTask;
            }),
            Typical(() => pool.RunAsync(ModelFolder.Inputs(("x", input)))));
        Report.Row($"overhead of a task, {elements * sizeof(float):N0} bytes each way", Report.Number((Paired.Median(rows[1]) - Paired.Median(rows[0])) * 1e6, "µs"));
    }
}
