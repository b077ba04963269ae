using System.Globalization;

namespace Market.Onnx.Reading;

/// <summary>One dimension: a number, a name that must mean the same number everywhere, or neither.</summary>
/// <param name="Size">The number, if it is fixed.</param>
/// <param name="Symbol">The name, if it has one.</param>
public readonly record struct ModelDim(long? Size, string? Symbol)
{
    /// <inheritdoc/>
    public override string ToString() => Size?.ToString(CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}
