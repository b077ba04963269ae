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
}
