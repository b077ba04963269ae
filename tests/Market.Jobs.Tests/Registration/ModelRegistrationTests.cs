using Market.Jobs.Registration;
using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Models;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Jobs.Tests.Registration;

public sealed class ModelRegistrationTests
{
    private const int Float = 1;
    private const int Int64 = 7;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_chance_models_that_do_not_run_and_levels_that_depend_on_the_processor()
    {
        var chance = Model(Graph([Node("RandomUniformLike", ["x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)]));
        Assert.Contains("drawn by chance", (await Assert.ThrowsAsync<OnnxModelException>(() => RegisterAsync(chance, Inputs(Double())))).Message, StringComparison.Ordinal);
        Assert.Contains("Conjure", (await Assert.ThrowsAsync<WorkerException>(() => RegisterAsync(Unknown(), Inputs(Double())))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RegisterAsync(Double(), Inputs(Double()), new() { Optimization = OptimizationLevel.All }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RegisterAsync(Double(), []));
        var failed = await Assert.ThrowsAsync<WorkerException>(() => RegisterAsync(Reshape(), Inputs(Reshape())));
        Assert.Contains("fails on sample 0: ModelFailed", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_on_which_classes_agree_gets_the_default_tolerance_and_a_report_that_reads_back()
    {
        var registered = await RegisterAsync(TinyModel.Chain(0.1f), Inputs(TinyModel.Chain(0.1f)), new() { Seed = 1 });
        var report = registered.Report;
        Assert.Equal((Tolerance.Default, null, null), (report.Tolerance, report.OnlyClass, report.OnlyClassBecause));
        Assert.InRange(report.Honest.ShareOfTolerance.Value, 0, 0.3);
        Assert.Equal(6, report.Classes.Count);
        Assert.Equal(0, report.Classes[0].Spread.LargestDifference.Value);
        Assert.Equal((1, report.Samples.Count), (report.Samples.Seed, report.RoundedCaught));
        Assert.InRange(report.Rounded.RelativeL2.Value, 1e-4, 1e-3);
        Assert.Equal(ModelTree.Read(registered.File.Span).Root.ToArray(), report.Root.Value.ToArray());
        Assert.Equal(ModelGraph.Read(registered.File).Nodes.Length, report.Nodes);
        Assert.Equal(report.Digest(), ModelReport.Read(report.ToBytes()).Document?.Digest());
        Assert.Equal(report.Digest(), (await RegisterAsync(TinyModel.Chain(0.1f), Inputs(TinyModel.Chain(0.1f)), new() { Seed = 1 })).Report.Digest());
    }

    [Fact]
    public async Task Ties_are_flagged_by_node_and_do_no_harm_where_the_scores_are_an_output()
    {
        var model = Model(Graph(
            [Node("Relu", ["x"], ["y"]), Node("ArgMax", ["y"], ["label"])], [Value("x", Float, 64)], [Value("y", Float, 64), Value("label", Int64, 1)]));
        var report = (await RegisterAsync(model, Inputs(model))).Report;
        Assert.Equal(new FlaggedNode(1, "", "ArgMax"), Assert.Single(report.Flagged));
        Assert.Null(report.OnlyClass);
    }

    [Fact]
    public async Task Numbers_behind_a_tie_are_for_one_class_only()
    {
        var model = Model(Graph(
            [Node("TopK", ["x", "k"], ["top", "places"]), Node("Exp", ["top"], ["y"])], [Value("x", Float, 64), Value("k", Int64, 1)], [Value("y", Float, -1)]));
        TensorMap inputs = [.. Inputs(model)[1][..1], new("k", new Tensor(ElementType.Int64, [1], BitConverter.GetBytes(5L)))];
        var report = (await RegisterAsync(model, [inputs])).Report;
        Assert.Equal((Tolerance.Exact, "TopK"), (report.Tolerance, Assert.Single(report.Flagged).Operator));
        Assert.Contains("output 'y' lie behind a tie", report.OnlyClassBecause, StringComparison.Ordinal);
        Assert.Equal(0, report.Honest.LargestDifference.Value);
    }

    [Fact]
    public async Task The_best_of_scores_that_are_an_output_do_no_harm()
    {
        var model = Model(Graph(
            [Node("Relu", ["x"], ["scores"]), Node("TopK", ["scores", "k"], ["top", "places"])], [Value("x", Float, 64), Value("k", Int64, 1)],
            [Value("scores", Float, 64), Value("top", Float, -1), Value("places", Int64, -1)]));
        TensorMap inputs = [.. Inputs(model)[1][..1], new("k", new Tensor(ElementType.Int64, [1], BitConverter.GetBytes(5L)))];
        Assert.Null((await RegisterAsync(model, [inputs])).Report.OnlyClass);
    }

    [Fact]
    public async Task Boxes_that_are_kept_or_dropped_are_for_one_class_only()
    {
        var model = Model(Graph(
            [Node("NonMaxSuppression", ["boxes", "scores", "most"], ["kept"])], [Value("boxes", Float, 1, 4, 4), Value("scores", Float, 1, 1, 4), Value("most", Int64, 1)], [Value("kept", Int64, -1, 3)]));
        TensorMap inputs = [.. Inputs(model)[1][..2], new("most", new Tensor(ElementType.Int64, [1], BitConverter.GetBytes(4L)))];
        var report = (await RegisterAsync(model, [inputs])).Report;
        Assert.Equal(("NonMaxSuppression", report.Classes[0].Class), (Assert.Single(report.Flagged).Operator, report.OnlyClass));
        Assert.Contains("keeps or drops whole boxes", report.OnlyClassBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_blows_rounding_up_is_for_one_class_only()
    {
        var model = Model(Graph(
            [Node("Softplus", ["x"], ["s"]), Node("Mul", ["s", "million"], ["m"]), Node("Sin", ["m"], ["y"])],
            [Value("x", Float, 100_003)], [Value("y", Float, 100_003)], [Scalar("million", 1e6f)]));
        var report = (await RegisterAsync(model, Inputs(model))).Report;
        Assert.Equal((Tolerance.Exact, report.Classes[0].Class), (report.Tolerance, report.OnlyClass));
        Assert.Contains("more than the largest tolerance", report.OnlyClassBecause, StringComparison.Ordinal);
        Assert.Equal([report.Classes[0].Class], report.Terms.Classes);
        Assert.Equal("sound", ModelReport.Read(report.ToBytes()).ToString());
    }

    private static IReadOnlyList<TensorMap> Inputs(byte[] model) => GeneratedInputs.Of(ModelReader.Read(model), 3, new Random(1));

    private static Task<RegisteredModel> RegisterAsync(byte[] model, IReadOnlyList<TensorMap> samples, RegistrationOptions? options = null) =>
        ModelRegistration.RunAsync(model, samples, options ?? new(), Stop);
}
