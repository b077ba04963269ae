using System.Buffers.Binary;

namespace Market.Onnx.Digests;

/// <summary>The inputs of all tasks of a job under one root (docs/content.md, "Head"): a leaf for each task, inner nodes as everywhere.</summary>
public sealed class InputsTree
{
    private readonly Digest[] _leaves;

    /// <param name="leaves">The leaf of every task, in order; at least one.</param>
    public InputsTree(IEnumerable<Digest> leaves)
    {
        _leaves = [.. leaves];
        ArgumentOutOfRangeException.ThrowIfZero(_leaves.Length);
        Root = MerkleTree.Root([.. _leaves]);
    }

    /// <summary>The root.</summary>
    public Digest Root { get; }

    /// <summary>The leaf of a task: H(16 ‖ u32 task ‖ u16 count ‖ digests).</summary>
    /// <param name="task">The task.</param>
    /// <param name="inputs">The digests of its inputs, in the model's order.</param>
    public static Digest Leaf(int task, IReadOnlyList<Digest> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputs.Count, ushort.MaxValue);
        var bytes = new byte[7 + (inputs.Count * Digest.Size)];
        bytes[0] = 0x16;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), task);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(5), (ushort)inputs.Count);
        for (var i = 0; i < inputs.Count; i++)
        {
            inputs[i].CopyTo(bytes.AsSpan(7 + (i * Digest.Size)));
        }

        return Sha256.Hash(bytes);
    }

    /// <summary>The siblings from a task's leaf up to the root.</summary>
    /// <param name="task">The task.</param>
    public IReadOnlyList<Digest> ProofOf(int task)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)task, (uint)_leaves.Length);
        return MerkleTree.Path([.. _leaves], task);
    }
}
