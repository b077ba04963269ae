namespace Market.Onnx.Execution;

/// <summary>A worker process could not be started, broke the protocol of its pipes, or could not load its model.</summary>
public sealed class WorkerException : Exception
{
    /// <summary>Creates the exception with what was found and what was expected.</summary>
    public WorkerException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the failure that caused it.</summary>
    public WorkerException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Whether the runtime read the model and refused it: it will refuse it everywhere.</summary>
    public bool ModelRefused { get; init; }
}
