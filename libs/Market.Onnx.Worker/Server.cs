using System.Buffers.Binary;
using System.Text;
using Market.Onnx.Cutting;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Microsoft.ML.OnnxRuntime;

namespace Market.Onnx.Worker;

/// <summary>Answers the pool's frames, one after the other, until its pipe ends.</summary>
internal sealed class Server : IDisposable
{
    private readonly FileStream _input;
    private readonly FileStream _output;
    private readonly long _inputBytes;
    private readonly long _outputBytes;
    private readonly NativeBuffer _body = new();
    private ModelSession? _session;

    private Server(long inputBytes, long outputBytes)
    {
        (_input, _output) = Pipes.Take();
        (_inputBytes, _outputBytes) = (inputBytes, outputBytes);
    }

    public static void Run(long inputBytes, long outputBytes)
    {
        using var server = new Server(inputBytes, outputBytes);
        Span<byte> version = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(version, WorkerFrameHeader.Protocol);
        server.Send(WorkerFrame.Ready, version);
        while (server.Answer())
        {
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _body.Dispose();
        _input.Dispose();
        _output.Dispose();
    }

    private bool Answer()
    {
        Span<byte> bytes = stackalloc byte[WorkerFrameHeader.Size];
        if (_input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            return false;
        }

        var header = WorkerFrameHeader.Read(bytes, TensorFrame.Bound(_inputBytes));
        var body = _body.Resize((int)header.Length);
        _input.ReadExactly(body);
        switch (header.Kind)
        {
            case WorkerFrame.Load:
                Load(Encoding.UTF8.GetString(body));
                return true;
            case WorkerFrame.Rewrite:
                Rewrite(Encoding.UTF8.GetString(body));
                return true;
            case WorkerFrame.Run when _session is not null:
                Run(_session, body);
                return true;
            default:
                throw new FrameException($"A frame {header.Kind} came out of turn.");
        }
    }

    private void Load(string request)
    {
        _session?.Dispose();
        _session = null;
        try
        {
            var lines = request.Split('\n', 3);
            _session = new ModelSession(lines[2], SessionSettings.Parse(lines[0]), lines[1].Length > 0 ? TraceScope.Parse(lines[1]) : null);
            Send(WorkerFrame.Loaded, []);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Send(WorkerFrame.Refused, Bounded(e.Message));
        }
    }

    private void Rewrite(string request)
    {
        var target = Path.GetTempFileName();
        try
        {
            var lines = request.Split('\n', 2);
            ModelSession.Rewrite(lines[1], SessionSettings.Parse(lines[0]), target);
            using var file = File.OpenRead(target);
            Span<byte> header = stackalloc byte[WorkerFrameHeader.Size];
            new WorkerFrameHeader(WorkerFrame.Rewritten, file.Length).Write(header);
            _output.Write(header);
            file.CopyTo(_output);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Send(WorkerFrame.Refused, Bounded(e.Message));
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static bool IsRefusal(Exception e) => e is OnnxRuntimeException or OutOfMemoryException or FormatException or OnnxModelException;

    private unsafe void Run(ModelSession session, Span<byte> body)
    {
        try
        {
            using var outputs = session.Run(_body.Address, TensorFrame.ReadParts(body, _inputBytes));
            if (outputs.Bytes > _outputBytes)
            {
                SendCode(WorkerFrame.Exceeded, (int)WorkerLimit.OutputBytes, Number(outputs.Bytes));
            }
            else
            {
                if (outputs.Trace() is { } trace)
                {
                    Send(WorkerFrame.Traced, trace);
                }

                outputs.Write(_output);
            }
        }
        catch (ModelFailure e)
        {
            SendCode(WorkerFrame.Failed, (int)e.Code, Bounded(e.Message));
        }
        catch (Exception e) when (IsWantOfMemory(e))
        {
            SendCode(WorkerFrame.Exceeded, (int)WorkerLimit.Memory, Number(Environment.WorkingSet));
        }
        catch (OnnxRuntimeException e)
        {
            SendCode(WorkerFrame.Failed, (int)FailureCode.ModelFailed, Bounded(e.Message));
        }
    }

    // The runtime has no code for it: these are the messages of its arena, its allocator and of C++.
    private static bool IsWantOfMemory(Exception e) => e is OutOfMemoryException
        || (e is OnnxRuntimeException
            && (e.Message.Contains("Failed to allocate memory", StringComparison.Ordinal)
                || e.Message.Contains("bad_alloc", StringComparison.Ordinal)));

    private static byte[] Number(long value) => BitConverter.GetBytes(BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));

    private static byte[] Bounded(string text) =>
        Encoding.UTF8.GetBytes(text.Length <= 2048 ? text : text[..2048]);

    private void SendCode(WorkerFrame kind, int code, ReadOnlySpan<byte> rest)
    {
        Span<byte> body = stackalloc byte[4 + rest.Length];
        BinaryPrimitives.WriteInt32LittleEndian(body, code);
        rest.CopyTo(body[4..]);
        Send(kind, body);
    }

    private void Send(WorkerFrame kind, ReadOnlySpan<byte> body)
    {
        Span<byte> frame = new byte[WorkerFrameHeader.Size + body.Length];
        new WorkerFrameHeader(kind, body.Length).Write(frame);
        body.CopyTo(frame[WorkerFrameHeader.Size..]);
        _output.Write(frame);
    }
}
