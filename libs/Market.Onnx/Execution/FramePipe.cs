using System.Text;
using Market.Onnx.Tensors;

namespace Market.Onnx.Execution;

/// <summary>Frames over a pair of pipes, blocking; the pool's end.</summary>
internal sealed class FramePipe(Stream input, Stream output) : IDisposable
{
    private const int SmallBody = 64 << 10;
    private readonly byte[] _small = new byte[WorkerFrameHeader.Size + SmallBody];

    /// <summary>Text of a hostile frame: invalid UTF-8 and control characters replaced.</summary>
    public static string Text(ReadOnlySpan<byte> body) =>
        string.Concat(Encoding.UTF8.GetString(body).Select(c => char.IsControl(c) ? ' ' : c));

    public void Send(WorkerFrame kind, ReadOnlySpan<byte> body)
    {
        new WorkerFrameHeader(kind, body.Length).Write(_small);
        body.CopyTo(_small.AsSpan(WorkerFrameHeader.Size));
        output.Write(_small, 0, WorkerFrameHeader.Size + body.Length);
        output.Flush();
    }

    /// <summary>Sends tensors: in one write if they are few, else without copying their payloads.</summary>
    public void SendTensors(WorkerFrame kind, TensorMap tensors)
    {
        var parts = TensorFrame.Parts(tensors);
        var header = TensorFrame.Header(parts, out var length);
        if (length <= SmallBody)
        {
            var body = _small.AsSpan(WorkerFrameHeader.Size, (int)length);
            body.Clear();
            header.CopyTo(body);
            foreach (var (part, (_, tensor)) in parts.Zip(tensors))
            {
                tensor.Data.Span.CopyTo(body[(int)part.Offset..]);
            }

            new WorkerFrameHeader(kind, length).Write(_small);
            output.Write(_small, 0, WorkerFrameHeader.Size + body.Length);
        }
        else
        {
            new WorkerFrameHeader(kind, length).Write(_small);
            output.Write(_small, 0, WorkerFrameHeader.Size);
            output.Write(header);
            foreach (var (_, tensor) in tensors)
            {
                output.Write(tensor.Data.Span);
                output.Write(TensorFrame.Padding(tensor.Data.Length));
            }
        }

        output.Flush();
    }

    /// <summary>Waits for a frame of one of the expected kinds.</summary>
    /// <exception cref="IOException">The pipe ended.</exception>
    /// <exception cref="FrameException">The frame is of another kind or too long.</exception>
    public (WorkerFrame Kind, ReadOnlyMemory<byte> Body) Receive(long tensorBytes, params ReadOnlySpan<WorkerFrame> expected)
    {
        Span<byte> bytes = stackalloc byte[WorkerFrameHeader.Size];
        input.ReadExactly(bytes);
        var header = WorkerFrameHeader.Read(bytes, tensorBytes);
        if (!expected.Contains(header.Kind))
        {
            throw new FrameException($"A frame {header.Kind} came, expected {string.Join(" or ", expected.ToArray())}.");
        }

        var body = GC.AllocateUninitializedArray<byte>((int)header.Length);
        input.ReadExactly(body);
        return (header.Kind, body);
    }

    public void Dispose()
    {
        input.Dispose();
        output.Dispose();
    }
}
