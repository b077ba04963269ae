namespace Market.Onnx.Execution;

/// <summary>A worker died during an exchange; inside the library only, the pool turns it into an outcome.</summary>
internal sealed class WorkerDiedException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>The bound that it died of, if it was one.</summary>
    public TaskOutcome.Exceeded? Exceeded { get; init; }
}

/// <summary>The other end of a pipe sent what no honest one sends.</summary>
internal sealed class FrameException(string message) : Exception(message);
