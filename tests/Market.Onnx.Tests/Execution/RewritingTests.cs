using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Execution;

public sealed class RewritingTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Refuses_models_that_do_not_load_and_the_WebAssembly_build_and_goes_on()
    {
        await using (var web = await WorkerPool.StartAsync(_models.Web, Cancel))
        {
            Assert.Contains("WebAssembly", (await Assert.ThrowsAsync<WorkerException>(() => web.RewriteAsync(_models.Write(Double()), Cancel))).Message, StringComparison.Ordinal);
        }

        await using var pool = await WorkerPool.StartAsync(_models.Options, Cancel);
        Assert.Contains("Conjure", (await Assert.ThrowsAsync<WorkerException>(() => pool.RewriteAsync(_models.Write(Unknown()), Cancel))).Message, StringComparison.Ordinal);
        Assert.Equal(["y"], ModelReader.Read(await pool.RewriteAsync(_models.Write(Double()), Cancel)).Outputs);
    }

    [Fact]
    public async Task A_model_that_grows_beyond_the_workers_disk_is_refused()
    {
        var options = _models.Options with { TempBytes = 1 << 20 };
        await using var pool = await WorkerPool.StartAsync(options, Cancel);
        var refused = await Assert.ThrowsAsync<WorkerException>(() => pool.RewriteAsync(new WorkerModel(ModelFolder.Recognition), Cancel));
        Assert.Matches("does not load|died while it loaded", refused.Message);
    }

    [Fact]
    public async Task What_is_constant_is_computed_once_and_the_model_that_is_loaded_stays()
    {
        var model = Model(Graph(
            [Node("Add", ["w", "w"], ["v"]), Node("Mul", ["x", "v"], ["m"]), Node("Identity", ["m"], ["y"])], [Value("x", 1, -1)], [Value("y", 1, -1)], [Scalar("w", 3)]));
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(model), Cancel);
        var rewritten = await pool.RewriteAsync(_models.Write(model) with { Settings = SessionSettings.Default with { Optimization = OptimizationLevel.Basic } }, Cancel);
        Assert.Equal("Mul", Assert.Single(ModelGraph.Read(rewritten).Nodes).Operator);
        Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(ModelFolder.Inputs(("x", ModelFolder.Floats([1], 2))), Cancel));
    }

    [Theory]
    [InlineData(OptimizationLevel.Basic)]
    [InlineData(OptimizationLevel.Extended)]
    public async Task A_real_model_is_rewritten_to_the_same_bytes_each_time_and_runs_with_the_bits_of_that_level(OptimizationLevel level)
    {
        var settings = SessionSettings.Default with { Optimization = level };
        var original = new WorkerModel(ModelFolder.Recognition, settings);
        var inputs = ModelFolder.Inputs(("x", ModelFolder.Line(1, 64)));
        await using var pool = await WorkerPool.StartAsync(_models.Options, original, Cancel);
        var at = await pool.RunAsync(inputs, Cancel);
        var rewritten = await pool.RewriteAsync(original, Cancel);
        Assert.Equal(rewritten, await pool.RewriteAsync(original, Cancel));
        await pool.LoadAsync(_models.Write(rewritten), Cancel);
        Assert.Equal(OnlyBits(at), OnlyBits(await pool.RunAsync(inputs, Cancel)));
        Assert.True(ModelGraph.Read(rewritten).Nodes.Length < ModelReader.Read(ModelFolder.Recognition).Operators.Values.Sum());
    }

    private static byte[] OnlyBits(TaskOutcome outcome) => Assert.Single(Assert.IsType<TaskOutcome.Completed>(outcome).Outputs).Value.Data.ToArray();
}
