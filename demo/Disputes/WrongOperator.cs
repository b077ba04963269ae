using Market.Onnx.Cutting;
using Market.Onnx.Disputes;
using Market.Onnx.Execution;
using Market.Onnx.Models;
using Market.Onnx.Tensors;

namespace Market.Demo.Disputes;

/// <summary>Names the operator at which the run of a cheat with rounded weights goes wrong.</summary>
internal static class WrongOperator
{
    /// <summary>Has the cheat's run show all its values, and the canonical referee compute each operator again on the values that were shown.</summary>
    /// <param name="model">The model that was ordered, as a file.</param>
    /// <param name="inputs">The task.</param>
    /// <param name="referee">The canonical referee.</param>
    /// <param name="folder">Where models of single operators are written.</param>
    /// <param name="stop">Stops.</param>
    public static async Task<Deviation?> FindAsync(string model, TensorMap inputs, WebRuntime referee, string folder, CancellationToken stop)
    {
        var file = await File.ReadAllBytesAsync(model, stop).ConfigureAwait(false);
        Directory.CreateDirectory(folder);
        var traced = Path.Combine(folder, "cheat.onnx");
        await File.WriteAllBytesAsync(traced, ModelGraph.Read(HalfWeights.Of(file)).Traced(), stop).ConfigureAwait(false);
        var options = new WorkerOptions { Workers = 1, Readable = [folder] };
        var claimed = await ValuesAsync(options, traced, inputs, stop).ConfigureAwait(false);
        var judge = await WorkerPool.StartAsync(options with { Web = referee }, stop).ConfigureAwait(false);
        await using var _ = judge.ConfigureAwait(false);
        return await new OperatorReplay(ModelGraph.Read(file), judge, folder).FirstDeviationAsync(inputs, claimed, OperatorReplay.Limits, stop).ConfigureAwait(false);
    }

    private static async Task<Dictionary<string, Tensor>> ValuesAsync(WorkerOptions options, string model, TensorMap inputs, CancellationToken stop)
    {
        var pool = await WorkerPool.StartAsync(options, new WorkerModel(model), stop).ConfigureAwait(false);
        await using var _ = pool.ConfigureAwait(false);
        return await pool.RunAsync(inputs, stop).ConfigureAwait(false) is TaskOutcome.Completed completed
            ? completed.Outputs.ToDictionary()
            : throw new WorkerException("The cheat's run shows no values.");
    }
}
