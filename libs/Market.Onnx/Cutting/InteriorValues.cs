using System.Collections.Frozen;
using System.Collections.Immutable;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Cutting;

/// <summary>The values inside a model that show that somebody ran it: honest machines agree on them nearly, and nobody can guess them.</summary>
/// <remarks>
/// What sums and products of floating-point data give, before activations turn it into many zeros and ones. Left out is what lies
/// behind a jump or in a branch, where honest machines may differ, and what depends on shapes alone. A model that computes with
/// 16-bit floats has none: showing a value there can change the bits of others, since the runtime then rounds it.
/// </remarks>
public static class InteriorValues
{
    private static readonly FrozenSet<string> Sums = FrozenSet.ToFrozenSet(
    [
        "Add", "BatchNormalization", "Conv", "ConvTranspose", "Div", "Gemm", "GRU", "InstanceNormalization", "LayerNormalization", "LSTM", "MatMul", "Mul", "RNN",
        "ReduceMean", "ReduceSum", "Sub",
    ]);

    /// <summary>What a value is made of, from the harmless to the useless.</summary>
    private enum Kind
    {
        /// <summary>Weights and shapes: the same for all inputs of a shape.</summary>
        Fixed,

        /// <summary>Whole numbers of the inputs, on which all machines agree.</summary>
        Exact,

        /// <summary>Rounded, by little on each machine.</summary>
        Rounded,

        /// <summary>Decided by rounding.</summary>
        Jumped,
    }

    /// <summary>Their names in the order in which the model computes them; the model's outputs are not among them. May be empty.</summary>
    /// <exception cref="OnnxModelException">The file is no ONNX file, or refused; the message says why.</exception>
    public static ImmutableArray<string> Of(ReadOnlyMemory<byte> file)
    {
        var model = ModelReader.Read(file.Span);
        if (model.HasHalves)
        {
            return [];
        }

        var kinds = model.Inputs.ToDictionary(input => input.Name, input => input.Type is ElementType.Float or ElementType.Double ? Kind.Rounded : Kind.Exact, StringComparer.Ordinal);
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var node in ModelGraph.Read(file).Nodes.Where(node => !node.IsConstant))
        {
            var kind = KindOf(node, node.Takes.Select(taken => kinds.GetValueOrDefault(taken)).DefaultIfEmpty().Max());
            foreach (var name in node.Gives)
            {
                kinds[name] = kind;
            }

            if (kind == Kind.Rounded && Sums.Contains(node.Operator) && !model.Outputs.Contains(node.Gives[0]) && node.Gives[0].Length > 0)
            {
                found.Add(node.Gives[0]);
            }
        }

        return found.ToImmutable();
    }

    private static Kind KindOf(ModelNode node, Kind taken) => node switch
    {
        { Operator: "Shape" or "Size" } => Kind.Fixed,
        { Operator: "Cast" } or { Inner.IsEmpty: false } when taken == Kind.Rounded => Kind.Jumped,
        _ when taken == Kind.Rounded && OperatorTraits.HasJumps(node.Operator) => Kind.Jumped,
        _ when taken == Kind.Exact && Sums.Contains(node.Operator) => Kind.Rounded,
        _ => taken,
    };
}
