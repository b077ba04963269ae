using System.Runtime.InteropServices;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Disputes;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;

namespace Market.Onnx.Tests.Disputes;

/// <summary>
/// One machine runs a real model under other settings, and goes wrong by a thousandth at one operator, with a continuation that
/// follows from it; another machine judges.
/// </summary>
public sealed class OperatorReplayTests : IAsyncLifetime
{
    private readonly ModelFolder _models = new();
    private readonly TensorMap _inputs = ModelFolder.Inputs(("x", ModelFolder.Image(1, 48, 96)));
    private readonly ModelGraph _graph = ModelGraph.Read(File.ReadAllBytes(Path.Combine(ModelFolder.Models, "ch_ppocr_mobile_v2.0_cls_infer.onnx")));
    private static readonly SessionSettings Other = SessionSettings.Default with
    {
        Entries = new Dictionary<string, string>(SessionSettings.Default.Entries) { ["session.disable_prepacking"] = "1" },
    };

    private WorkerPool _claimer = null!;
    private WorkerPool _judge = null!;
    private Dictionary<string, Tensor> _honest = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _claimer = await WorkerPool.StartAsync(_models.Options, _models.Write(_graph.Traced()) with { Settings = Other }, Cancel);
        _judge = await WorkerPool.StartAsync(_models.Options, Cancel);
        _honest = Values(await _claimer.RunAsync(_inputs, Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        await _claimer.DisposeAsync();
        await _judge.DisposeAsync();
        _models.Dispose();
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", 48, 64)]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 64, 96)]
    [InlineData("ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192)]
    public async Task An_honest_run_of_another_class_has_no_deviation(string name, int height, int width)
    {
        var graph = ModelGraph.Read(await File.ReadAllBytesAsync(Path.Combine(ModelFolder.Models, name), Cancel));
        var inputs = ModelFolder.Inputs(("x", ModelFolder.Image(1, height, width)));
        await using var web = await WorkerPool.StartAsync(_models.Web, _models.Write(graph.Traced()), Cancel);
        var claimed = Values(await web.RunAsync(inputs, Cancel));
        var replay = new OperatorReplay(graph, _judge, _models.Folder);
        Assert.Null(await replay.FirstDeviationAsync(inputs, claimed, OperatorReplay.Limits, Cancel));
        var strict = await replay.FirstDeviationAsync(inputs, claimed, new(0, 0), Cancel);
        Assert.InRange(strict!.Distance!.RelativeL2, double.Epsilon, OperatorReplay.Limits.RelativeL2);
    }

    [Fact]
    public async Task A_value_that_is_withheld_or_of_another_type_is_a_deviation_of_the_operator_that_gives_it()
    {
        var node = _graph.Nodes.Where(n => !n.IsConstant).ElementAt(20);
        var withheld = new Dictionary<string, Tensor>(_honest);
        withheld.Remove(node.Gives[0]);
        Assert.Equal(node, (await Replay().FirstDeviationAsync(_inputs, withheld, OperatorReplay.Limits, Cancel))!.Node);

        var retyped = new Dictionary<string, Tensor>(_honest) { [node.Gives[0]] = new(ElementType.UInt8, [3], new byte[3]) };
        Assert.Equal(node, (await Replay().FirstDeviationAsync(_inputs, retyped, OperatorReplay.Limits, Cancel))!.Node);
        Assert.NotNull(await Replay().DeviationAsync(_graph.Nodes.First(n => n.Takes.Contains(node.Gives[0])), retyped, OperatorReplay.Limits, Cancel));
    }

    [Fact]
    public async Task A_wrong_operator_is_named_wherever_it_stands()
    {
        var honest = TraceOf(_honest);
        var places = Places().ToArray();
        Assert.True(places.Length > 100, $"{places.Length} operators of the model give what can be made wrong.");
        foreach (var (node, at) in places.Select((node, at) => (node, at)))
        {
            var claimed = await ClaimedAsync(node);
            Assert.Equal(node.Index, TraceBisectionTests.Play(honest, TraceOf(claimed)).Found.Place);
            _inputs.ForEach(input => claimed[input.Key] = input.Value);
            var deviation = await Replay().DeviationAsync(node, claimed, OperatorReplay.Limits, Cancel);
            Assert.InRange(deviation!.Distance!.RelativeL2, 5e-4, 2e-3);
            if (at % 80 == 17)
            {
                Assert.Equal(node, (await Replay().FirstDeviationAsync(_inputs, claimed, OperatorReplay.Limits, Cancel))!.Node);
            }
        }
    }

    private OperatorReplay Replay() => new(_graph, _judge, _models.Folder);

    private ExecutionTrace TraceOf(Dictionary<string, Tensor> values) => ExecutionTrace.Of(_graph.Nodes, TraceScope.All, name => TensorDigest.Of(values[name]));

    private IEnumerable<ModelNode> Places() => _graph.Nodes.Where(node =>
        !node.IsConstant && _honest[node.Gives[0]] is { Type: ElementType.Float } value && value.Data.Span.ContainsAnyExcept((byte)0));

    /// <summary>What the claimer shows: honest before the operator, wrong at it, and what follows from that after it.</summary>
    private async Task<Dictionary<string, Tensor>> ClaimedAsync(ModelNode wrong)
    {
        var claimed = new Dictionary<string, Tensor>(_honest);
        var value = _honest[wrong.Gives[0]];
        var floats = MemoryMarshal.Cast<byte, float>(value.Data.Span).ToArray();
        claimed[wrong.Gives[0]] = value with { Data = MemoryMarshal.AsBytes<float>(floats.Select(f => f * 1.001f).ToArray()).ToArray() };
        var (first, count) = (wrong.Index + 1, _graph.Nodes.Length - wrong.Index - 1);
        if (count == 0)
        {
            return claimed;
        }

        var known = _inputs.Concat(claimed).ToDictionary(v => v.Key, v => v.Value);
        await _claimer.LoadAsync(_models.Write(_graph.Cut(first, count, known.ToDictionary(v => v.Key, v => v.Value.Type))) with { Settings = Other }, Cancel);
        var rest = Values(await _claimer.RunAsync(ModelFolder.Inputs([.. _graph.Taken(first, count).Select(name => (name, known[name]))]), Cancel));
        return claimed.ToDictionary(v => v.Key, v => rest.GetValueOrDefault(v.Key, v.Value));
    }

    private static Dictionary<string, Tensor> Values(TaskOutcome outcome) =>
        Assert.IsType<TaskOutcome.Completed>(outcome).Outputs.ToDictionary(v => v.Key, v => v.Value);
}
