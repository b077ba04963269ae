using System.Collections.Immutable;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Jobs.Registration;

/// <summary>What a model gave on all samples in one class.</summary>
internal sealed record ClassRun(DeterminismClassId Id, string Name, IReadOnlyList<TensorMap> Outputs)
{
    /// <summary>Every two classes' outputs of every sample.</summary>
    public static ImmutableArray<(TensorMap A, TensorMap B)> Pairs(IReadOnlyList<ClassRun> classes) =>
        [.. classes.SelectMany((a, i) => classes.Skip(i + 1).SelectMany(a.PairsWith))];

    /// <summary>This and another class's outputs of every sample.</summary>
    public IEnumerable<(TensorMap A, TensorMap B)> PairsWith(ClassRun other) => Outputs.Zip(other.Outputs);
}
