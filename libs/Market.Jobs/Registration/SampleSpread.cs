using Market.Jobs.Verification;
using Market.Onnx.Comparison;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Models;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Registration;

/// <summary>Measures how far runs of a model's samples lie apart.</summary>
/// <param name="model">The model, which tells the labels that may differ.</param>
internal sealed class SampleSpread(ModelDescription model)
{
    /// <summary>The spread over all pairs of outputs.</summary>
    public Spread Over(IEnumerable<(TensorMap A, TensorMap B)> pairs) => pairs.Aggregate(
        Spread.None, (all, pair) => all.Or(Spread.Between(pair.A, pair.B, MeasuredTolerance.LeftToFloor, model.Choices)));

    /// <summary>How far one pair lies apart under a tolerance.</summary>
    public OutputDistance Distance(TensorMap a, TensorMap b, Tolerance tolerance) => OutputComparison.Between(a, b, tolerance.ToLimits(), model.Choices);

    /// <summary>What a report says of some pairs.</summary>
    public SpreadFinding Find(IReadOnlyCollection<(TensorMap A, TensorMap B)> pairs, Tolerance tolerance)
    {
        var spread = Over(pairs);
        var share = pairs.Max(pair => Distance(pair.A, pair.B, tolerance).ShareOfTolerance);
        Distance Of(double found) => new(spread.Mismatch is null ? found : double.PositiveInfinity);
        return new SpreadFinding(Of(spread.RelativeL2), Of(spread.ScaledMaximum), Of(spread.LargestDifference), new Distance(share));
    }
}
