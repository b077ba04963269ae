using System.Globalization;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Ids;

namespace Market.Benchmarks.Execution;

/// <summary>What a verifier's witness costs: a sample with it against the same without, one worker each, over several draws of values.</summary>
internal static class WitnessBenchmark
{
    private const int Rounds = 7;
    private const int Draws = 5;

    public static async Task RunAsync()
    {
        using var models = new ModelFolder();
        await MeasureAsync(models, "ch_PP-OCRv4_rec_infer.onnx", "recognition, 320 wide", ModelFolder.Line(1, 320));
        await MeasureAsync(models, "ch_PP-OCRv4_det_infer.onnx", "detection, 320 × 320", ModelFolder.Image(1, 320, 320));
        await MeasureAsync(models, "ch_ppocr_mobile_v2.0_cls_infer.onnx", "direction", ModelFolder.Image(1, 48, 192));
    }

    private static async Task MeasureAsync(ModelFolder models, string file, string name, Tensor image)
    {
        var model = models.Write(await File.ReadAllBytesAsync(Path.Combine(ModelFolder.Models, file)));
        var wanted = ModelReader.Read(model.Path).Outputs;
        var inputs = ModelFolder.Inputs(("x", image));
        var options = models.Options with { Workers = 1, MemoryBytes = 3L << 30, OutputBytes = 1L << 30 };
        await using var plain = await WorkerPool.StartAsync(options, model);
        var ratios = new List<double>();
        for (uint verifier = 1; verifier <= Draws; verifier++)
        {
            using var witnessed = await WitnessedModel.WriteAsync(model.Path, default, new StakeId(verifier), CancellationToken.None);
            await using var showing = await WorkerPool.StartAsync(options, new WorkerModel(witnessed.Path));
            async Task RunAsync(WorkerPool pool, bool withWitness)
            {
                var outputs = ((TaskOutcome.Completed)await pool.RunAsync(inputs)).Outputs;
                var result = TaskResult.Of([.. outputs.Take(wanted.Length)]) with { Shown = [.. outputs.Skip(wanted.Length)] };
                if (withWitness && witnessed.Of(0, result) is null)
                {
                    throw new InvalidOperationException("A result without a witness.");
                }
            }

            await RunAsync(plain, withWitness: false);
            await RunAsync(showing, withWitness: true);
            ratios.Add(1 / await Paired.RatioAsync(Rounds, () => RepeatAsync(() => RunAsync(plain, withWitness: false)), () => RepeatAsync(() => RunAsync(showing, withWitness: true))));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: with witness / without {ratios.Average():F3} ({ratios.Min():F3} to {ratios.Max():F3} over {Draws} draws)"));
    }

    private static async Task RepeatAsync(Func<Task> run)
    {
        for (var i = 0; i < 4; i++)
        {
            await run();
        }
    }
}
