using Market.Jobs.Results;
using Market.Onnx.Comparison;
using Market.Onnx.Reading;
using Market.Protocol.Bundles;

namespace Market.Jobs.Verification;

/// <summary>Compares results of one task by a job's tolerance, knowing whether its model has ties.</summary>
/// <param name="bundle">The job.</param>
/// <param name="model">Its model: where it has operators with ties, differing whole numbers accuse nobody.</param>
public sealed class ResultComparison(Bundle bundle, ModelDescription model)
{
    private readonly ComparisonLimits _limits = bundle.Tolerance.ToLimits();

    /// <summary>How far two results lie apart.</summary>
    public PairDistance Between(TaskResult a, TaskResult b) => PairDistance.Between(a, b, _limits, model);
}
