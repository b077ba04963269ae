using Market.Adversary.Behaviours;
using Market.Demo.Cheats;
using Market.Demo.Disputes;
using Market.Jobs.Verification;
using Market.Node.Devnets;
using Market.Onnx.Comparison;
using Market.Onnx.Cutting;
using Market.Onnx.Disputes;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;

namespace Market.Adversary.Tests;

/// <summary>Behaviours with parts for several parties: what they are made of, and one of them on a real chain.</summary>
public sealed class PlayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-play-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_wrong_operator_is_wrong_on_its_own_and_all_that_follows_is_computed_from_it(int at)
    {
        var graph = ModelGraph.Read(SmallJob.Layers.Model);
        var cheats = CheatModel.Write(Write("ordered", SmallJob.Layers.Model), CheatKind.WrongOperator, at);
        var inputs = SmallJob.Layers.Inputs[0];
        var claimed = (await RunAsync(Write("traced", ModelGraph.Read(await File.ReadAllBytesAsync(cheats, Stop)).Traced()), SessionSettings.Default, inputs)).ToDictionary(v => v.Key, v => v.Value);
        await using var judge = await WorkerPool.StartAsync(new WorkerOptions { Workers = 1, Readable = [_folder] }, Stop);
        var replay = new OperatorReplay(graph, judge, _folder);
        Assert.Equal(graph.Nodes[at], (await replay.FirstDeviationAsync(inputs, claimed, OperatorReplay.Limits, Stop))!.Node);
        foreach (var later in graph.Nodes.Skip(at + 1))
        {
            Assert.Null(await replay.DeviationAsync(later, claimed, OperatorReplay.Limits, Stop));
        }
    }

    [Fact]
    public void Every_operator_of_the_small_model_is_made_wrong() => Assert.Equal(
        Enumerable.Range(0, ModelGraph.Read(SmallJob.Layers.Model).Nodes.Length), Behaviour.All.Where(b => b.Kind == CheatKind.WrongOperator).Select(b => b.At ?? -1));

    [Fact]
    public async Task Rounding_alone_decides_in_a_model_full_of_ties_and_accuses_nobody()
    {
        var (shown, hidden, behind) = (await DistanceAsync(SmallJob.Ties), await DistanceAsync(SmallJob.HiddenTies), await DistanceAsync(SmallJob.NumbersBehindTies));
        Assert.True(shown.IsWithin && shown.ShareOfTolerance > 0, "The scores are shown, so both sides of each tie are right.");
        Assert.True(!hidden.IsWithin && hidden.MayBeTie(modelHasJumps: true), "Labels alone differ, which may be a tie.");
        Assert.True(!behind.IsWithin && !behind.MayBeTie(modelHasJumps: true), "Numbers behind a tie look like fraud: no honest provider may take such a job.");
    }

    [Fact]
    public async Task Who_shows_a_made_up_trace_for_right_outputs_loses_its_backing_to_a_contract_and_nobody_honest_loses()
    {
        var behaviour = Behaviour.All.Single(b => b.Kind == CheatKind.ForgedTrace);
        var finding = await LabPlay.RunAsync(behaviour, _folder, Checkout.At("node_modules"), TestContext.Current.SendDiagnosticMessage, Stop);
        Assert.Empty(finding.Objections(behaviour));
        Assert.Equal("requester contests: contract, on the demanded trace", finding.CaughtBy);
        Assert.Empty(finding.Jurors!);
    }

    /// <summary>How far apart a model's outputs lie on two honest machines.</summary>
    private async Task<OutputDistance> DistanceAsync(SmallJob job)
    {
        var path = Write("ties", job.Model);
        var outputs = new List<TensorMap>();
        foreach (var settings in DevnetOptions.Numerics.Take(2))
        {
            outputs.Add(await RunAsync(path, settings, job.Inputs[0]));
        }

        return OutputComparison.Between(outputs[0], outputs[1], Tolerance.Default.ToLimits(), ModelReader.Read(job.Model).Choices);
    }

    private async Task<TensorMap> RunAsync(string model, SessionSettings settings, TensorMap inputs)
    {
        await using var pool = await WorkerPool.StartAsync(new WorkerOptions { Workers = 1, Readable = [_folder] }, new WorkerModel(model) with { Settings = settings }, Stop);
        return Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(inputs, Stop)).Outputs;
    }

    private string Write(string name, byte[] model)
    {
        var path = Path.Combine(_folder, name + ".onnx");
        File.WriteAllBytes(path, model);
        return path;
    }
}
