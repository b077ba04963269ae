using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Market.Onnx.Tests.Execution;

/// <summary>The runtime called in this process, with nothing of ours between: what the workers are compared with.</summary>
internal sealed class DirectSession : IDisposable
{
    private readonly InferenceSession _session;

    public DirectSession(WorkerModel model)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = (GraphOptimizationLevel)model.Settings.Optimization,
            IntraOpNumThreads = model.Settings.IntraOpThreads,
            InterOpNumThreads = 1,
        };
        foreach (var (key, value) in model.Settings.Entries)
        {
            options.AddSessionConfigEntry(key, value);
        }

        _session = new InferenceSession(model.Path, options);
    }

    public Tensor Run(Tensor input)
    {
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(input.Data.Span).ToArray();
        using var value = OrtValue.CreateTensorValueFromMemory(values, input.Dims);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, _session.InputNames, [value], _session.OutputNames);
        var shape = outputs[0].GetTensorTypeAndShape();
        return new Tensor(
            ElementType.Float, shape.Shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(outputs[0].GetTensorDataAsSpan<float>()).ToArray());
    }

    public void Dispose() => _session.Dispose();
}
