using Market.Onnx.Execution;

namespace Market.Onnx.Worker;

/// <summary>A task that has a canonical failure as its result.</summary>
internal sealed class ModelFailure(FailureCode code, string message) : Exception(message)
{
    public FailureCode Code { get; } = code;
}
