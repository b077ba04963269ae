using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Cutting;

public sealed class InteriorValuesTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Leaves_out_outputs_shapes_jumps_activations_and_what_comes_after_a_jump()
    {
        var file = Model(Graph(
            [
                Node("Shape", ["x"], ["shape"]), Node("Add", ["shape", "shape"], ["twiceShape"]), Node("Mul", ["x", "x"], ["square"]), Node("Relu", ["square"], ["relu"]),
                Node("Round", ["square"], ["round"]), Node("Add", ["round", "x"], ["behind"]), Node("Cast", ["square"], ["whole"], Integer("to", 7)),
                Node("Cast", ["whole"], ["again"], Integer("to", 1)), Node("Sub", ["again", "x"], ["behindCast"]), Node("Add", ["ids", "ids"], ["sum"]), Node("Add", ["relu", "x"], ["y"]),
            ],
            [Value("x", 1, -1), Value("ids", 7, -1)],
            [Value("y", 1, -1)]));
        Assert.Equal(["square", "sum"], InteriorValues.Of(file));
    }

    [Fact]
    public void A_model_with_half_floats_or_nothing_inside_has_none()
    {
        Assert.Empty(InteriorValues.Of(TinyModel.Double()));
        Assert.Empty(InteriorValues.Of(Count()));
        var halves = Model(Graph(
            [Node("Mul", ["x", "x"], ["square"]), Node("Cast", ["square"], ["half"], Integer("to", 10)), Node("Cast", ["half"], ["y"], Integer("to", 1))], [Value("x", 1, -1)], [Value("y", 1, -1)]));
        Assert.Empty(InteriorValues.Of(halves));
        Assert.Empty(InteriorValues.Of(Model(Graph([Node("Mul", ["x", "x"], ["s"]), Node("Neg", ["s"], ["y"])], [Value("x", 10, -1)], [Value("y", 10, -1)]))));
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", 48, 64)]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 64, 64)]
    [InlineData("ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192)]
    public async Task Real_models_have_many_and_showing_them_changes_no_bit_and_honest_machines_agree_on_them(string name, int height, int width)
    {
        var path = Path.Combine(ModelFolder.Models, name);
        var file = await File.ReadAllBytesAsync(path, Stop);
        var values = InteriorValues.Of(file);
        Assert.True(values.Length > 50, $"{values.Length} values");
        var shown = _models.Write(ModelGraph.Read(file).Showing(values));
        var inputs = ModelFolder.Inputs(("x", ModelFolder.Image(1, height, width)));
        TensorMap? native = null;
        double farthest = 0;
        foreach (var options in new[] { _models.Options with { OutputBytes = 1L << 30 }, _models.Web with { OutputBytes = 1L << 30 } })
        {
            await using var pool = await WorkerPool.StartAsync(options, new WorkerModel(path), Stop);
            var plain = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Stop)).Outputs;
            await pool.LoadAsync(shown, Stop);
            var all = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Stop)).Outputs;
            Assert.Equal(TensorDigest.Of(plain), TensorDigest.Of([.. all.Take(plain.Count)]));
            farthest = native is null ? 0 : native.Zip(all).Skip(plain.Count).Max(pair => Apart(pair.First.Value, pair.Second.Value));
            native = all;
        }

        TestContext.Current.SendDiagnosticMessage($"{name}: {values.Length} values, native and WebAssembly at most {farthest:0.0E+0} of the largest apart");
        Assert.InRange(farthest, 1e-9, 1e-4);
    }

    private static double Apart(Tensor a, Tensor b)
    {
        float[] x = TensorNumbers.Of(a), y = TensorNumbers.Of(b);
        return x.Zip(y).Max(pair => Math.Abs((double)pair.First - pair.Second)) / Math.Max(1e-3, x.Max(Math.Abs));
    }
}
