using Market.Onnx.Cutting;

namespace Market.Onnx.Execution;

/// <summary>A model file and the settings under which it runs.</summary>
/// <param name="Path">Absolute path of the ONNX file, within <see cref="WorkerOptions.Readable"/>.</param>
/// <param name="Settings">Session settings.</param>
public sealed record WorkerModel(string Path, SessionSettings Settings)
{
    /// <summary>The model with the settings that everybody uses.</summary>
    public WorkerModel(string path) : this(path, SessionSettings.Default)
    {
    }

    /// <summary>What each task's <see cref="TaskOutcome.Completed.Trace"/> holds; null for no trace. Exact only at <see cref="OptimizationLevel.None"/>.</summary>
    /// <remarks>The values that it holds stay in memory until the task's end, and each is hashed.</remarks>
    public TraceScope? Trace { get; init; }
}
