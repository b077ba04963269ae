using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Cutting;

public sealed class ModelGraphTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Refuses_what_is_no_sound_model()
    {
        Assert.Throws<OnnxModelException>(() => ModelGraph.Read(new byte[] { 1, 2, 3 }));
        Assert.Throws<OnnxModelException>(() => ModelGraph.Read(Model(Graph([Node("Relu", ["absent"], ["y"])], [], [Value("y", 1)]))));
    }

    [Fact]
    public void Refuses_a_cut_that_computes_nothing_or_lacks_a_type_or_lies_beyond_the_nodes()
    {
        var graph = ModelGraph.Read(Constants());
        Assert.Contains("Nothing is computed from node 0", Refusal(() => graph.Cut(0, 1, new Dictionary<string, ElementType>())), StringComparison.Ordinal);
        Assert.Contains("type of 'x'", Refusal(() => graph.Cut(1, 1, new Dictionary<string, ElementType>())), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Taken(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Taken(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Taken(0, 0));
    }

    [Fact]
    public void A_constant_is_a_weight_and_absent_outputs_are_passed_over()
    {
        var graph = ModelGraph.Read(Constants());
        Assert.Equal(["x"], graph.Taken(1));
        var pool = ModelGraph.Read(Model(Graph([Node("MaxPool", ["x"], ["y", ""], Integers("kernel_shape", 2, 2))], [Value("x", 1, 1, 1, 4, 4)], [Value("y", 1, 1, 1, 3, 3)])));
        Assert.Equal(["y"], ModelReader.Read(pool.Traced()).Outputs);
        Assert.Equal(["y", ""], pool.Nodes[0].Gives);
    }

    [Fact]
    public void What_a_body_takes_from_around_it_is_taken_by_its_node()
    {
        var body = Graph([Node("Add", ["v", "outer"], ["next"]), Node("Identity", ["cond"], ["again"])],
            [Value("i", 7), Value("cond", 9), Value("v", 1)], [Value("again", 9), Value("next", 1)]);
        var graph = ModelGraph.Read(Model(Graph([Node("Relu", ["x"], ["outer"]), Node("Loop", ["n", "", "x"], ["y"], Body("body", body))],
            [Value("n", 7), Value("x", 1)], [Value("y", 1)])));
        Assert.Equal(["n", "x", "outer"], graph.Taken(1));
        Assert.Equal(["n", "x"], graph.Taken(0, 2).Order());
        Assert.Equal(["Add", "Identity"], graph.Nodes[1].Inner);
        Assert.Empty(graph.Nodes[0].Inner);
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", 48, 64)]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 64, 96)]
    [InlineData("ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192)]
    public async Task Of_real_models_the_traced_one_gives_the_same_bits_and_so_does_every_node_alone(string name, int height, int width)
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(ModelFolder.Models, name), Cancel);
        var graph = ModelGraph.Read(file);
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(file), Cancel);
        var inputs = ModelFolder.Inputs(("x", ModelFolder.Image(1, height, width)));
        var plain = await RunAsync(pool, inputs);
        await pool.LoadAsync(_models.Write(graph.Traced()), Cancel);
        var traced = await RunAsync(pool, inputs);
        Assert.Equal(plain.Select(Bits), traced.Take(plain.Count).Select(Bits));

        var values = inputs.Concat(traced).ToDictionary(v => v.Key, v => v.Value);
        var types = values.ToDictionary(v => v.Key, v => v.Value.Type);
        foreach (var (first, count) in graph.Nodes.Where(n => !n.IsConstant).Select(n => (n.Index, 1)).Append((graph.Nodes.Length / 3, graph.Nodes.Length / 3)))
        {
            await pool.LoadAsync(_models.Write(graph.Cut(first, count, types)), Cancel);
            var outputs = await RunAsync(pool, ModelFolder.Inputs([.. graph.Taken(first, count).Select(n => (n, values[n]))]));
            Assert.NotEmpty(outputs);
            Assert.All(outputs, output => Assert.True(Bits(output) == Bits(new(output.Key, values[output.Key])), $"'{output.Key}' of {graph.Nodes[first]} differs."));
        }
    }

    /// <summary>y = x + a constant that a node gives.</summary>
    private static byte[] Constants() => Model(Graph(
        [Node("Constant", [], ["one"], Tensor("value", Scalar("", 1))), Node("Add", ["x", "one"], ["y"])], [Value("x", 1, -1)], [Value("y", 1, -1)]));

    private static string Refusal(Func<object> action) => Assert.Throws<OnnxModelException>(action).Message;

    private static string Bits(KeyValuePair<string, Tensor> output) =>
        $"{output.Key} {output.Value.Type} {string.Join(',', output.Value.Dims)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(output.Value.Data.Span))}";

    private static async Task<TensorMap> RunAsync(WorkerPool pool, TensorMap inputs) =>
        await pool.RunAsync(inputs, Cancel) is TaskOutcome.Completed completed ? completed.Outputs : throw new InvalidOperationException("The task did not complete.");
}
