using System.Buffers.Binary;
using Market.Onnx.Execution;

namespace Market.Onnx.Digests;

/// <summary>A task's result as the tree holds it: the digest of its outputs, or of the canonical reason why there are none.</summary>
/// <param name="IsError">Whether the model failed on this task.</param>
/// <param name="Root">The digest.</param>
public readonly record struct TaskDigest(bool IsError, Digest Root)
{
    /// <summary>The digest of a failure: H(0B ‖ u32 code).</summary>
    /// <param name="code">The canonical reason.</param>
    public static TaskDigest OfError(FailureCode code)
    {
        Span<byte> bytes = stackalloc byte[5];
        bytes[0] = 0x0b;
        BinaryPrimitives.WriteInt32BigEndian(bytes[1..], (int)code);
        return new TaskDigest(true, Sha256.Hash(bytes));
    }

    /// <summary>The leaf of task <paramref name="index"/>: H(0A ‖ u32 index ‖ u8 kind ‖ root).</summary>
    internal Digest Leaf(int index)
    {
        Span<byte> bytes = stackalloc byte[6 + Digest.Size];
        bytes[0] = 0x0a;
        BinaryPrimitives.WriteInt32BigEndian(bytes[1..], index);
        bytes[5] = IsError ? (byte)1 : (byte)0;
        Root.CopyTo(bytes[6..]);
        return Sha256.Hash(bytes);
    }
}
