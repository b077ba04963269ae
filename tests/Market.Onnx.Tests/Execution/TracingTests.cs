using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;

namespace Market.Onnx.Tests.Execution;

public sealed class TracingTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task A_model_with_values_that_are_no_tensors_is_not_traced()
    {
        var sequence = _models.Write(TinyModel.Model(TinyModel.Graph(
            [TinyModel.Node("SequenceConstruct", ["x"], ["s"]), TinyModel.Node("SequenceLength", ["s"], ["n"])], [TinyModel.Value("x", 1, -1)], [TinyModel.Value("n", 7)])));
        await using var pool = await WorkerPool.StartAsync(_models.Options, sequence, Cancel);
        Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(ModelFolder.Inputs(("x", ModelFolder.Floats([1], 1))), Cancel));
        var refusal = await Assert.ThrowsAsync<WorkerException>(() => pool.LoadAsync(sequence with { Trace = TraceScope.All }, Cancel));
        Assert.Contains("'s'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_task_has_no_trace_and_the_next_one_has()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Double()) with { Trace = TraceScope.All }, Cancel);
        Assert.IsType<TaskOutcome.Failed>(await pool.RunAsync(ModelFolder.Inputs(("x", ModelFolder.Integers([1], 1))), Cancel));
        var completed = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(ModelFolder.Inputs(("x", ModelFolder.Floats([2], 1, 2))), Cancel));
        var sum = TensorDigest.Of(ModelFolder.Floats([2], 2, 4));
        Assert.Equal([ExecutionTrace.NodeDigest(0, [sum])], completed.Trace!.Nodes);
    }

    [Fact]
    public async Task The_trace_is_that_of_the_values_and_the_outputs_are_those_of_the_plain_run()
    {
        var file = await File.ReadAllBytesAsync(ModelFolder.Recognition, Cancel);
        var graph = ModelGraph.Read(file);
        var inputs = ModelFolder.Inputs(("x", ModelFolder.Line(3, 64)));
        await using var pool = await WorkerPool.StartAsync(_models.Options, new WorkerModel(ModelFolder.Recognition), Cancel);
        var plain = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Cancel));
        Assert.Null(plain.Trace);
        await pool.LoadAsync(new WorkerModel(ModelFolder.Recognition) { Trace = TraceScope.All }, Cancel);
        var traced = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Cancel));
        Assert.Equal(TensorDigest.Of(plain.Outputs), TensorDigest.Of(traced.Outputs));

        await pool.LoadAsync(_models.Write(graph.Traced()), Cancel);
        var values = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Cancel)).Outputs.ToDictionary(v => v.Key, v => v.Value);
        var expected = ExecutionTrace.Of(graph.Nodes, TraceScope.All, name => TensorDigest.Of(values[name]));
        Assert.Equal(expected.Nodes, traced.Trace!.Nodes);
        Assert.Equal(expected.Root, traced.Trace.Root);
        var few = TraceScope.Within(graph, values.ToDictionary(v => v.Key, v => (long)v.Value.Data.Length), most: 200_000);
        await pool.LoadAsync(new WorkerModel(ModelFolder.Recognition) { Trace = few }, Cancel);
        var light = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Cancel)).Trace!;
        var held = graph.Nodes.Where(few.Holds).ToArray();
        Assert.InRange(held.Length, 5, graph.Nodes.Length / 2);
        Assert.All(held, node => Assert.Equal(expected.Nodes[node.Index], light.Nodes[node.Index]));
        Assert.NotEqual(expected.Root, light.Root);
        Assert.True(ExecutionTrace.Verify(expected.Root, graph.Nodes.Length, 5, expected.Nodes[5], [.. traced.Trace.ProofOf(5)]));
    }

    [Fact]
    public async Task Another_input_or_weight_shows_in_the_trace_at_the_first_node_that_it_reaches()
    {
        var model = _models.Write(TinyModel.Chain(weight: 2)) with { Trace = TraceScope.All };
        await using var pool = await WorkerPool.StartAsync(_models.Options, model, Cancel);
        var honest = await TraceAsync(pool);
        await pool.LoadAsync(_models.Write(TinyModel.Chain(weight: 3)) with { Trace = TraceScope.All }, Cancel);
        var wrong = await TraceAsync(pool);
        Assert.Equal([true, true, false, false], honest.Nodes.Zip(wrong.Nodes, (a, b) => a == b));
        Assert.NotEqual(honest.Root, wrong.Root);
    }

    [Theory]
    [InlineData("")]
    [InlineData("some")]
    [InlineData("1,,2")]
    [InlineData("-1")]
    public void Refuses_a_scope_that_is_no_list_of_nodes(string text) => Assert.Throws<FormatException>(() => TraceScope.Parse(text));

    [Fact]
    public void A_scope_reads_back_what_it_wrote()
    {
        Assert.Equal("1,3,20", TraceScope.Of([20, 3, 1, 3]).ToString());
        Assert.Equal(TraceScope.Of([1, 3, 20]), TraceScope.Parse("1,3,20"));
        Assert.Equal(TraceScope.All, TraceScope.Parse("all"));
    }

    private static async Task<ExecutionTrace> TraceAsync(WorkerPool pool) =>
        Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(ModelFolder.Inputs(("x", ModelFolder.Floats([2], 1, -1))), Cancel)).Trace!;
}
