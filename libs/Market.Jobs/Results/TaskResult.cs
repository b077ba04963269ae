using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Jobs.Results;

/// <summary>The canonical result of one task.</summary>
/// <param name="Digest">What stands in the result tree.</param>
/// <param name="Outputs">The outputs; null if the result is an error.</param>
public sealed record TaskResult(TaskDigest Digest, TensorMap? Outputs)
{
    /// <summary>What the execution showed besides the outputs; not part of the result.</summary>
    public TensorMap Shown { get; init; } = [];

    /// <summary>A result of outputs.</summary>
    public static TaskResult Of(TensorMap outputs) => new(new TaskDigest(false, TensorDigest.Of(outputs)), outputs);

    /// <summary>A result that is an error.</summary>
    public static TaskResult OfError(FailureCode code) => new(TaskDigest.OfError(code), null);
}
