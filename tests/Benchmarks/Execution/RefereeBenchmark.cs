using System.Globalization;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;

namespace Market.Benchmarks.Execution;

/// <summary>The WebAssembly build against the native runtime: one worker each, optimizations off.</summary>
internal static class RefereeBenchmark
{
    private const int Rounds = 9;

    public static async Task RunAsync()
    {
        using var models = new ModelFolder();
        var starts = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            starts.Add(await Paired.TimeAsync(async () => await (await WorkerPool.StartAsync(models.Web, models.Write(TinyModel.Double()))).DisposeAsync()));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"start, load of a tiny model, end: {Paired.Median(starts) * 1e3:F0} ms"));
        await MeasureAsync(models, "ch_PP-OCRv4_rec_infer.onnx", "recognition, 320 wide", ModelFolder.Line(1, 320));
        await MeasureAsync(models, "ch_PP-OCRv4_det_infer.onnx", "detection, 320 × 320", ModelFolder.Image(1, 320, 320));
        await MeasureAsync(models, "ch_ppocr_mobile_v2.0_cls_infer.onnx", "direction", ModelFolder.Image(1, 48, 192));
    }

    private static async Task MeasureAsync(ModelFolder models, string file, string name, Tensor image)
    {
        var model = new WorkerModel(Path.Combine(ModelFolder.Models, file));
        var inputs = ModelFolder.Inputs(("x", image));
        await using var native = await WorkerPool.StartAsync(models.Options, model);
        await using var web = await WorkerPool.StartAsync(models.Web, model);
        for (var i = 0; i < 5; i++)
        {
            await web.RunAsync(inputs); // the optimizing compiler replaces the first code while it runs
        }

        var ratio = 1 / await Paired.RatioAsync(Rounds, () => native.RunAsync(inputs), () => web.RunAsync(inputs));
        var time = await Paired.TimeAsync(() => web.RunAsync(inputs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {time * 1e3:F1} ms, web / native {ratio:F1}"));
    }
}
