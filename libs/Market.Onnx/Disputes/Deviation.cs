using Market.Onnx.Comparison;
using Market.Onnx.Cutting;

namespace Market.Onnx.Disputes;

/// <summary>An operator whose claimed outputs do not follow from its claimed inputs.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Reason">What is wrong, for people.</param>
/// <param name="Distance">How far the outputs lie from those that were computed; null where there was nothing to compare.</param>
public sealed record Deviation(ModelNode Node, string Reason, OutputDistance? Distance)
{
    /// <summary>The operator, and what is wrong with it.</summary>
    public override string ToString() => $"{Node}: {Reason}";
}
