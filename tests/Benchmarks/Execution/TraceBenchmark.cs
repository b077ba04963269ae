using System.Globalization;
using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;

namespace Market.Benchmarks.Execution;

/// <summary>What traces cost: a traced task against the same task without, one worker each, optimizations off.</summary>
internal static class TraceBenchmark
{
    private const int Rounds = 15;
    private const long Few = 256 << 10;

    public static async Task RunAsync()
    {
        using var models = new ModelFolder();
        await MeasureAsync(models, "ch_PP-OCRv4_rec_infer.onnx", "recognition, 320 wide", ModelFolder.Line(1, 320));
        await MeasureAsync(models, "ch_PP-OCRv4_det_infer.onnx", "detection, 320 × 320", ModelFolder.Image(1, 320, 320));
        await MeasureAsync(models, "ch_ppocr_mobile_v2.0_cls_infer.onnx", "direction", ModelFolder.Image(1, 48, 192));
    }

    private static async Task MeasureAsync(ModelFolder models, string file, string name, Tensor image)
    {
        var model = new WorkerModel(Path.Combine(ModelFolder.Models, file));
        var graph = ModelGraph.Read(await File.ReadAllBytesAsync(model.Path));
        var inputs = ModelFolder.Inputs(("x", image));
        var options = models.Options with { Workers = 1, MemoryBytes = 3L << 30, OutputBytes = 1L << 30 };
        await using var plain = await WorkerPool.StartAsync(options, model);
        await using var shown = await WorkerPool.StartAsync(options, models.Write(graph.Traced()));
        var bytes = ((TaskOutcome.Completed)await shown.RunAsync(inputs)).Outputs.ToDictionary(v => v.Key, v => (long)v.Value.Data.Length);
        await plain.RunAsync(inputs);
        var time = await Paired.TimeAsync(() => plain.RunAsync(inputs));
        var trial = 1 / await Paired.RatioAsync(Rounds, () => plain.RunAsync(inputs), () => shown.RunAsync(inputs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: all values shown, none hashed (once for each model); shown / plain {trial:F3}"));
        foreach (var most in new[] { Few, 8 * Few, long.MaxValue })
        {
            var scope = TraceScope.Within(graph, bytes, most);
            var held = graph.Nodes.Where(scope.Holds).ToArray();
            await using var traced = await WorkerPool.StartAsync(options, model with { Trace = scope });
            for (var i = 0; i < 8; i++)
            {
                await RepeatAsync(traced, inputs); // until its code is compiled for good
            }

            var ratio = 1 / await Paired.RatioAsync(Rounds, () => RepeatAsync(plain, inputs), () => RepeatAsync(traced, inputs));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}, {time * 1e3:F1} ms: {held.Length} of {graph.Nodes.Count(node => !node.IsConstant)} nodes, {held.Sum(node => node.Gives.Where(n => n.Length > 0).Sum(n => bytes[n])) / 1e6:F2} MB hashed; traced / plain {ratio:F3}"));
        }
    }

    private static async Task RepeatAsync(WorkerPool pool, TensorMap inputs)
    {
        for (var i = 0; i < 4; i++)
        {
            await pool.RunAsync(inputs);
        }
    }
}
