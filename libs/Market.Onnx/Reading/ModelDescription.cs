using System.Collections.Immutable;
using Market.Onnx.Comparison;
using Market.Onnx.Tensors;

namespace Market.Onnx.Reading;

/// <summary>What a model declares.</summary>
public sealed record ModelDescription
{
    /// <summary>The version of the file's format.</summary>
    public required long IrVersion { get; init; }

    /// <summary>The version of each domain's operators.</summary>
    public required ImmutableSortedDictionary<string, long> Opsets { get; init; }

    /// <summary>Its inputs, without those that initializers give.</summary>
    public required ImmutableArray<ModelValue> Inputs { get; init; }

    /// <summary>The names of its outputs, in order.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>How often each operator occurs, subgraphs included.</summary>
    public required ImmutableSortedDictionary<string, int> Operators { get; init; }

    /// <summary>How many initializers there are.</summary>
    public required int Initializers { get; init; }

    /// <summary>Bytes of all initializers.</summary>
    public required long InitializerBytes { get; init; }

    /// <summary>Outputs with labels, or with the best of some scores, whose scores are outputs too.</summary>
    public required ImmutableArray<Choice> Choices { get; init; }

    /// <summary>Outputs that an operator picks from several values, or that are computed from such a pick: a tie may turn them into anything. Without those that <see cref="Choices"/> hold against their scores.</summary>
    public required ImmutableArray<string> PickedOutputs { get; init; }

    /// <summary>Whether it has weights or inputs of 16-bit floats, or turns values into such.</summary>
    public required bool HasHalves { get; init; }

    /// <summary>Operators with ties or discontinuities: where honest machines may disagree beyond any tolerance.</summary>
    public IEnumerable<string> OperatorsWithJumps => Operators.Keys.Where(OperatorTraits.HasJumps);

    /// <summary>The first output with floating-point numbers that a tie may turn into anything (<see cref="PickedOutputs"/>): honest machines' may lie beyond any tolerance. Null if there is none.</summary>
    /// <param name="outputs">What the model gives for a task.</param>
    public string? NumbersBehindTie(TensorMap outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs.Find(o => PickedOutputs.Contains(o.Key) && o.Value.Type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16).Key;
    }

    /// <summary>What is wrong with a task's inputs, all at once; empty if the model may run on them.</summary>
    public IReadOnlyList<string> Check(TensorMap inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var findings = new List<string>();
        var symbols = new Dictionary<string, (long Size, string Input)>(StringComparer.Ordinal);
        foreach (var expected in Inputs)
        {
            var found = inputs.Where(i => i.Key == expected.Name).Select(i => i.Value).FirstOrDefault();
            if (found is null)
            {
                findings.Add($"Input '{expected.Name}' is missing; found {Names(inputs.Select(i => i.Key))}.");
            }
            else
            {
                Check(expected, found, symbols, findings);
            }
        }

        findings.AddRange(inputs.Select(i => i.Key).Except(Inputs.Select(i => i.Name)).Select(name => $"The model has no input '{name}'; expected {Names(Inputs.Select(i => i.Name))}."));
        return findings;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));

    private static void Check(ModelValue expected, Tensor found, Dictionary<string, (long Size, string Input)> symbols, List<string> findings)
    {
        if (found.Type != expected.Type)
        {
            findings.Add($"Input '{expected.Name}' has type {found.Type}, expected {expected.Type}.");
        }

        if (expected.Dims.IsDefault)
        {
            return;
        }

        if (found.Dims.Length != expected.Dims.Length)
        {
            findings.Add($"Input '{expected.Name}' has rank {found.Dims.Length} [{string.Join(", ", found.Dims)}], expected {expected}.");
            return;
        }

        for (var i = 0; i < found.Dims.Length; i++)
        {
            var (size, symbol) = expected.Dims[i];
            if (size is { } wanted && wanted != found.Dims[i])
            {
                findings.Add($"Input '{expected.Name}' has {found.Dims[i]} in dimension {i}, expected {wanted}.");
            }
            else if (symbol is not null && !symbols.TryAdd(symbol, (found.Dims[i], expected.Name)) && symbols[symbol].Size != found.Dims[i])
            {
                findings.Add($"Input '{expected.Name}' has {found.Dims[i]} in dimension {i} ('{symbol}'), which is {symbols[symbol].Size} in input '{symbols[symbol].Input}'.");
            }
        }
    }
}
