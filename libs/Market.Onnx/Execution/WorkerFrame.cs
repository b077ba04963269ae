using System.Buffers.Binary;

namespace Market.Onnx.Execution;

/// <summary>The frames on the pipes between a pool and its workers.</summary>
/// <remarks>
/// A frame is its kind (u32), the length of its body (u64), both little-endian, and the body. Both ends treat the other as
/// hostile: an unknown kind or a length beyond what the state allows ends the connection.
/// </remarks>
internal enum WorkerFrame : uint
{
    /// <summary>Worker: started. Body: protocol version (u32).</summary>
    Ready = 1,

    /// <summary>Pool: load a model. Body: UTF-8 settings, scope of the trace (empty for none), path; a line each.</summary>
    Load = 2,

    /// <summary>Worker: the model is loaded. No body.</summary>
    Loaded = 3,

    /// <summary>Worker: the model does not load. Body: UTF-8 reason.</summary>
    Refused = 4,

    /// <summary>Pool: run a task. Body: tensors (<see cref="TensorFrame"/>).</summary>
    Run = 5,

    /// <summary>Worker: outputs. Body: tensors.</summary>
    Completed = 6,

    /// <summary>Worker: the model failed. Body: <see cref="FailureCode"/> (u32), UTF-8 detail.</summary>
    Failed = 7,

    /// <summary>Worker: a bound was hit. Body: <see cref="WorkerLimit"/> (u32), found (u64).</summary>
    Exceeded = 8,

    /// <summary>Worker: the trace of the task whose outputs follow. Body: the digest of every node.</summary>
    Traced = 9,

    /// <summary>Pool: tell how a model is rewritten. Body: UTF-8 settings, path; a line each. Answered by <see cref="Rewritten"/> or <see cref="Refused"/>.</summary>
    Rewrite = 10,

    /// <summary>Worker: the rewritten model. Body: an ONNX file.</summary>
    Rewritten = 11,
}

/// <summary>Kind and length before a frame's body.</summary>
internal readonly record struct WorkerFrameHeader(WorkerFrame Kind, long Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 12;

    /// <summary>The version that both ends must speak.</summary>
    public const uint Protocol = 3;

    /// <summary>Longest body that is text: reasons, details, paths.</summary>
    public const int TextBytes = 16 << 10;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)Kind);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], Length);
    }

    /// <exception cref="FrameException">The length is beyond the limit for its kind.</exception>
    public static WorkerFrameHeader Read(ReadOnlySpan<byte> source, long tensorBytes)
    {
        var kind = (WorkerFrame)BinaryPrimitives.ReadUInt32LittleEndian(source);
        var length = BinaryPrimitives.ReadInt64LittleEndian(source[4..]);
        var allowed = kind is WorkerFrame.Run or WorkerFrame.Completed or WorkerFrame.Traced or WorkerFrame.Rewritten ? tensorBytes : TextBytes;
        return Enum.IsDefined(kind) && length >= 0 && length <= allowed
            ? new(kind, length)
            : throw new FrameException($"A frame of kind {(uint)kind} has {length} bytes, expected at most {allowed}.");
    }
}
