namespace Market.Onnx.Comparison;

/// <summary>How far apart two honest machines' outputs may lie. Integers, booleans and strings must be equal whatever it says.</summary>
/// <param name="RelativeL2">‖a−b‖₂ / max(‖a‖₂, ‖b‖₂).</param>
/// <param name="ScaledMaximum">max|a−b| / max(|a|, |b|).</param>
/// <param name="AbsoluteFloor">max|a−b| of a tensor up to which the two above do not count.</param>
public readonly record struct ComparisonLimits(double RelativeL2, double ScaledMaximum, double AbsoluteFloor = 0);
