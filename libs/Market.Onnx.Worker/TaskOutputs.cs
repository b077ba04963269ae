using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Market.Onnx.Worker;

/// <summary>The outputs of one run, in the runtime's memory until they are written.</summary>
internal sealed class TaskOutputs : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;
    private readonly IReadOnlyList<string> _all;
    private readonly ImmutableArray<ModelNode> _traced;
    private readonly TraceScope? _scope;
    private readonly byte[]?[] _strings;
    private readonly List<TensorFrame.Part> _parts;

    /// <exception cref="ModelFailure">A value is no dense tensor.</exception>
    /// <param name="names">The model's outputs: the first of all values.</param>
    /// <param name="all">The names of all values.</param>
    /// <param name="values">All values.</param>
    /// <param name="traced">The model's nodes, or default.</param>
    /// <param name="scope">Of which the values are there, or null.</param>
    public TaskOutputs(string[] names, IReadOnlyList<string> all, IDisposableReadOnlyCollection<OrtValue> values, ImmutableArray<ModelNode> traced, TraceScope? scope)
    {
        (_all, _values, _traced, _scope) = (all, values, traced, scope);
        _strings = new byte[]?[values.Count];
        _parts = new List<TensorFrame.Part>(names.Length);
        try
        {
            for (var i = 0; i < names.Length; i++)
            {
                _parts.Add(Describe(names[i], i));
                Bytes += _parts[i].Bytes;
            }
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    /// <summary>Size of all payloads.</summary>
    public long Bytes { get; }

    /// <summary>The digests of all nodes, if the run was traced.</summary>
    public byte[]? Trace()
    {
        if (_scope is null)
        {
            return null;
        }

        var places = _all.Select((name, place) => (name, place)).ToDictionary(one => one.name, one => one.place, StringComparer.Ordinal);
        var bytes = new byte[_traced.Length * Digest.Size];
        var rest = bytes.AsSpan();
        foreach (var digest in ExecutionTrace.DigestsOf(_traced, _scope, name => DigestOf(name, places[name])))
        {
            digest.CopyTo(rest);
            rest = rest[Digest.Size..];
        }

        return bytes;
    }

    public void Write(Stream output)
    {
        var header = TensorFrame.Header(_parts, out var length);
        var start = new byte[WorkerFrameHeader.Size + (length <= SmallBody ? length : header.Length)];
        new WorkerFrameHeader(WorkerFrame.Completed, length).Write(start);
        header.CopyTo(start.AsSpan(WorkerFrameHeader.Size));
        if (length <= SmallBody)
        {
            for (var i = 0; i < _parts.Count; i++)
            {
                Payload(i).CopyTo(start.AsSpan(WorkerFrameHeader.Size + (int)_parts[i].Offset));
            }

            output.Write(start);
            return;
        }

        output.Write(start);
        for (var i = 0; i < _parts.Count; i++)
        {
            output.Write(Payload(i));
            output.Write(TensorFrame.Padding(_parts[i].Bytes));
        }
    }

    public void Dispose() => _values.Dispose();

    private const int SmallBody = 64 << 10;

    private ReadOnlySpan<byte> Payload(int index) => Payload(_parts[index], index);

    private ReadOnlySpan<byte> Payload(TensorFrame.Part part, int index) =>
        part.Bytes == 0 ? [] : _strings[index] ?? _values[index].GetTensorMutableRawData();

    private Digest DigestOf(string name, int index)
    {
        var part = Describe(name, index);
        return TensorDigest.Of(part.Type, part.Dims, Payload(part, index));
    }

    private TensorFrame.Part Describe(string name, int index)
    {
        var value = _values[index];
        if (!value.IsTensor)
        {
            throw new ModelFailure(FailureCode.UnsupportedOutput, $"Output '{name}' is {value.OnnxType}, expected a dense tensor.");
        }

        var shape = value.GetTensorTypeAndShape();
        var bytes = shape.ElementDataType == TensorElementType.String
            ? (_strings[index] = Strings(value, shape.ElementCount)).Length
            : value.GetTensorSizeInBytes();
        return new TensorFrame.Part(name, (ElementType)shape.ElementDataType, shape.Shape, bytes, 0);
    }

    private static byte[] Strings(OrtValue value, long count)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        for (var i = 0; i < count; i++)
        {
            var text = Encoding.UTF8.GetBytes(value.GetStringElement(i));
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }

        return bytes.ToArray();
    }
}
