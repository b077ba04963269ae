using System.Collections.Immutable;
using Market.Onnx.Tensors;

namespace Market.Onnx.Reading;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Dims">Its dimensions; default if the model does not tell the rank.</param>
public sealed record ModelValue(string Name, ElementType Type, ImmutableArray<ModelDim> Dims)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} {(Dims.IsDefault ? "of any shape" : $"[{string.Join(", ", Dims)}]")}";

    /// <inheritdoc/>
    public bool Equals(ModelValue? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
