using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Market.Onnx.Worker;

/// <summary>A loaded model; runs one task at a time on the bytes where they lie.</summary>
internal sealed unsafe class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _outputs;
    private readonly ImmutableArray<ModelNode> _traced;
    private readonly TraceScope? _scope;
    private readonly RunOptions _options = new();

    public ModelSession(string path, SessionSettings settings, TraceScope? scope)
    {
        using var options = Options(settings);
        if (scope is null)
        {
            _session = new InferenceSession(path, options);
            _outputs = [.. _session.OutputNames];
            return;
        }

        var graph = ModelGraph.Read(File.ReadAllBytes(path));
        _session = new InferenceSession(graph.Traced(scope), options);
        (_outputs, _traced, _scope) = ([.. graph.Outputs], graph.Nodes, scope);
        CheckTraceable();
    }

    /// <summary>Writes a model as the runtime rewrites it before it runs it.</summary>
    /// <param name="path">The model.</param>
    /// <param name="settings">How far it may be rewritten.</param>
    /// <param name="target">The file to write.</param>
    public static void Rewrite(string path, SessionSettings settings, string target)
    {
        using var options = Options(settings);
        options.OptimizedModelFilePath = target;
        using var session = new InferenceSession(path, options);
    }

    /// <summary>Runs the model on tensors that lie at this address.</summary>
    /// <exception cref="ModelFailure">The inputs are not the model's, or an output is no tensor.</exception>
    /// <exception cref="OnnxRuntimeException">An operator failed.</exception>
    public TaskOutputs Run(byte* body, IReadOnlyList<TensorFrame.Part> inputs)
    {
        var values = new OrtValue[inputs.Count];
        try
        {
            CheckNames(inputs);
            for (var i = 0; i < values.Length; i++)
            {
                CheckShape(inputs[i], _session.InputMetadata[inputs[i].Name]);
                values[i] = CheckedValue(body + inputs[i].Offset, inputs[i]);
            }

            var outputs = _session.Run(_options, [.. inputs.Select(part => part.Name)], values, _session.OutputNames);
            return new TaskOutputs(_outputs, _session.OutputNames, outputs, _traced, _scope);
        }
        finally
        {
            foreach (var value in values)
            {
                value?.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private static SessionOptions Options(SessionSettings settings)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = (GraphOptimizationLevel)settings.Optimization,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = settings.IntraOpThreads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        foreach (var (key, value) in settings.Entries)
        {
            options.AddSessionConfigEntry(key, value);
        }

        return options;
    }

    private void CheckTraceable()
    {
        foreach (var (name, value) in _session.OutputMetadata.Where(output => !output.Value.IsTensor))
        {
            _session.Dispose();
            throw new OnnxModelException($"The value '{name}' is {value.OnnxValueType}: only models whose values are all dense tensors can be traced.");
        }
    }

    private void CheckNames(IReadOnlyList<TensorFrame.Part> inputs)
    {
        var names = inputs.Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Count != inputs.Count || !names.SetEquals(_session.InputNames))
        {
            throw Invalid($"The inputs are '{string.Join("', '", names)}', expected '{string.Join("', '", _session.InputNames)}'.");
        }
    }

    private static void CheckShape(TensorFrame.Part part, NodeMetadata declared)
    {
        if (!declared.IsTensor)
        {
            throw Invalid($"Input '{part.Name}' is a tensor, expected {declared.OnnxValueType}.");
        }

        if ((int)part.Type != (int)declared.ElementDataType)
        {
            throw Invalid($"Input '{part.Name}' has elements of type {(int)part.Type}, expected {(int)declared.ElementDataType}.");
        }

        var expected = declared.Dimensions;
        var fits = expected.Length == part.Dims.Length
            && expected.Zip(part.Dims, (want, found) => want < 0 || want == found).All(same => same);
        if (!fits && expected.Length > 0)
        {
            throw Invalid($"Input '{part.Name}' has shape [{string.Join(',', part.Dims)}], expected [{string.Join(',', expected)}].");
        }
    }

    // The runtime refuses a payload whose size does not follow from type and shape.
    private static OrtValue CheckedValue(byte* payload, TensorFrame.Part part)
    {
        try
        {
            return Value(payload, part);
        }
        catch (OnnxRuntimeException e)
        {
            throw Invalid($"Input '{part.Name}' of {part.Bytes} bytes is no tensor of shape [{string.Join(',', part.Dims)}]: {e.Message}");
        }
    }

    private static OrtValue Value(byte* payload, TensorFrame.Part part) => part.Type == ElementType.String
        ? Strings(new ReadOnlySpan<byte>(payload, (int)part.Bytes), part)
        : OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, (TensorElementType)part.Type, part.Dims, (nint)payload, part.Bytes);

    // Each element: length of its UTF-8 bytes (u32, big-endian), then the bytes.
    private static OrtValue Strings(ReadOnlySpan<byte> payload, TensorFrame.Part part)
    {
        var count = part.Dims.Aggregate(1L, (product, dim) => checked(product * dim));
        if (count > payload.Length / 4)
        {
            throw Invalid($"Input '{part.Name}' has {payload.Length} bytes for {count} strings.");
        }

        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, part.Dims);
        for (var i = 0; i < count; i++)
        {
            var length = payload.Length < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(payload);
            if (length < 0 || length > payload.Length - 4)
            {
                value.Dispose();
                throw Invalid($"Input '{part.Name}' ends within string {i}.");
            }

            value.StringTensorSetElementAt(payload.Slice(4, length), i);
            payload = payload[(4 + length)..];
        }

        return value;
    }

    private static ModelFailure Invalid(string message) => new(FailureCode.InvalidInput, message);
}
