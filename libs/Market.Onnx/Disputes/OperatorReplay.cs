using Market.Onnx.Comparison;
using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Onnx.Disputes;

/// <summary>Computes each operator of a claimed run again, alone, on the inputs that were claimed for it.</summary>
/// <remarks>
/// One run is held against itself, so that machines of different classes can judge each other: rounding does not add up over
/// the operators before. Whoever claims a wrong result must be wrong about some operator.
/// </remarks>
/// <param name="graph">The model.</param>
/// <param name="pool">Who computes.</param>
/// <param name="folder">Where models of single operators are written; the pool may read it.</param>
public sealed class OperatorReplay(ModelGraph graph, WorkerPool pool, string folder)
{
    private const double UlpOfOneHalf = 1.0 / (1 << 24);

    /// <summary>How far one operator may lie from another machine's on the same inputs.</summary>
    /// <remarks>Between native and WebAssembly at most 1.4e-6 was measured, in a MatMul whose sums nearly cancel; usually it is 1e-7 to 4e-7.</remarks>
    public static ComparisonLimits Limits { get; } = new(1e-5, 3e-5);

    /// <summary>The first operator that is off, or null.</summary>
    /// <param name="inputs">The task's inputs.</param>
    /// <param name="claimed">Every value that the run is claimed to have computed, by name.</param>
    /// <param name="limits">How far off an operator may be.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="WorkerException">An operator hits a bound of the workers.</exception>
    public async Task<Deviation?> FirstDeviationAsync(
        TensorMap inputs, IReadOnlyDictionary<string, Tensor> claimed, ComparisonLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(claimed);
        var values = new Dictionary<string, Tensor>(claimed, StringComparer.Ordinal);
        inputs.ForEach(input => values[input.Key] = input.Value);
        foreach (var node in graph.Nodes.Where(node => !node.IsConstant))
        {
            if (await DeviationAsync(node, values, limits, cancellationToken).ConfigureAwait(false) is { } deviation)
            {
                return deviation;
            }
        }

        return null;
    }

    /// <summary>What is wrong with one operator, or null.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="values">What it takes and gives, by name.</param>
    /// <param name="limits">How far off it may be.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="WorkerException">The operator hits a bound of the workers.</exception>
    public async Task<Deviation?> DeviationAsync(
        ModelNode node, IReadOnlyDictionary<string, Tensor> values, ComparisonLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(values);
        var taken = graph.Taken(node.Index);
        string[] given = [.. node.Gives.Where(name => name.Length > 0)];
        if (taken.Concat(given).FirstOrDefault(name => !values.ContainsKey(name)) is { } missing)
        {
            return new Deviation(node, $"The value '{missing}' was not given.", null);
        }

        try
        {
            var outcome = await ComputeAsync(node.Index, Select(taken, values), cancellationToken).ConfigureAwait(false);
            return Judge(node, outcome, Select(given, values), limits);
        }
        catch (WorkerException e) when (e.ModelRefused)
        {
            // It loads with the inputs that the model gives it: those that were claimed are of other types.
            return new Deviation(node, $"It refuses the types of its claimed inputs: {e.Message}", null);
        }
    }

    /// <summary>Computes one operator alone.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="values">What it takes, by name.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="WorkerException">The operator hits a bound of the workers, or refuses the types.</exception>
    public Task<TaskOutcome> ComputeAsync(ModelNode node, IReadOnlyDictionary<string, Tensor> values, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(values);
        return ComputeAsync(node.Index, Select(graph.Taken(node.Index), values), cancellationToken);
    }

    private static Deviation? Judge(ModelNode node, TaskOutcome outcome, TensorMap given, ComparisonLimits limits) => outcome switch
    {
        TaskOutcome.Completed completed when OutputComparison.Between(completed.Outputs, given, LimitsOf(node, limits)) is { IsWithin: false } distance => new Deviation(node, distance.Mismatch ?? $"{distance.ShareOfTolerance:G3} times as far off as allowed.", distance),
        TaskOutcome.Completed => null,
        TaskOutcome.Failed failed => new Deviation(node, $"It refuses its claimed inputs: {failed.Detail}", null),
        var none => throw new WorkerException($"{node} was not computed again: {none}"),
    };

    // Kernels of Sigmoid compute 1/2 and an odd polynomial: where the sum is nearly 0, it is off by what 1/2 is rounded by.
    private static ComparisonLimits LimitsOf(ModelNode node, ComparisonLimits limits) =>
        node.Operator == "Sigmoid" ? limits with { AbsoluteFloor = Math.Max(limits.AbsoluteFloor, 2 * UlpOfOneHalf) } : limits;

    private static TensorMap Select(IEnumerable<string> names, IReadOnlyDictionary<string, Tensor> values)
    {
        var map = new TensorMap();
        map.AddRange(names.Select(name => new KeyValuePair<string, Tensor>(name, values[name])));
        return map;
    }

    private async Task<TaskOutcome> ComputeAsync(int index, TensorMap inputs, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        await File.WriteAllBytesAsync(path, graph.Cut(index, 1, inputs.ToDictionary(i => i.Key, i => i.Value.Type)), cancellationToken).ConfigureAwait(false);
        try
        {
            await pool.LoadAsync(new WorkerModel(path), cancellationToken).ConfigureAwait(false);
            return await pool.RunAsync(inputs, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
