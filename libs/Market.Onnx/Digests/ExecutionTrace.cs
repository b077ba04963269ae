using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Onnx.Cutting;

namespace Market.Onnx.Digests;

/// <summary>What every operator of a model gave in one run, as digests under one root (docs/results.md).</summary>
public sealed class ExecutionTrace
{
    private readonly Digest[] _nodes;

    /// <param name="nodes">The digest of every node, in order; at least one.</param>
    public ExecutionTrace(IEnumerable<Digest> nodes)
    {
        _nodes = [.. nodes];
        ArgumentOutOfRangeException.ThrowIfZero(_nodes.Length);
        Root = MerkleTree.Root([.. _nodes]);
    }

    /// <summary>The digest of every node.</summary>
    public IReadOnlyList<Digest> Nodes => _nodes;

    /// <summary>The trace root.</summary>
    public Digest Root { get; }

    /// <summary>The trace of a run.</summary>
    /// <param name="nodes">The model's nodes.</param>
    /// <param name="scope">Of which nodes it holds the values; the others' count as absent.</param>
    /// <param name="digestOf">The digest of a value by its name; asked once for each value that it holds.</param>
    public static ExecutionTrace Of(ImmutableArray<ModelNode> nodes, TraceScope scope, Func<string, Digest> digestOf)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(digestOf);
        return new ExecutionTrace(DigestsOf(nodes, scope, digestOf));
    }

    /// <summary>The digests of all nodes, without a tree over them.</summary>
    internal static IEnumerable<Digest> DigestsOf(ImmutableArray<ModelNode> nodes, TraceScope scope, Func<string, Digest> digestOf) =>
        nodes.Select(node => NodeDigest(node.Index, [.. node.Gives.Select(name => name.Length > 0 && scope.Holds(node) ? digestOf(name) : default)]));

    /// <summary>The digest of a node: H(07 ‖ u32 index ‖ u16 outputs ‖ digest of each output).</summary>
    /// <param name="index">Its place among the nodes.</param>
    /// <param name="outputs">The digest of each output; zero for what is absent or not held.</param>
    public static Digest NodeDigest(int index, ReadOnlySpan<Digest> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs.Length, ushort.MaxValue);
        byte[] bytes = new byte[7 + (outputs.Length * Digest.Size)];
        bytes[0] = 7;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), index);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(5), (ushort)outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i].CopyTo(bytes.AsSpan(7 + (i * Digest.Size)));
        }

        return Sha256.Hash(bytes);
    }

    /// <summary>The digests of a node's outputs, as its digest holds them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="digestOf">The digest of a value by its name.</param>
    public static IReadOnlyList<Digest> OutputsOf(ModelNode node, Func<string, Digest> digestOf)
    {
        ArgumentNullException.ThrowIfNull(node);
        return [.. node.Gives.Select(name => name.Length > 0 && !node.IsConstant ? digestOf(name) : default)];
    }

    /// <summary>The siblings from a node's digest up to the root.</summary>
    /// <param name="index">The node.</param>
    public IReadOnlyList<Digest> ProofOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_nodes.Length);
        return MerkleTree.Path([.. _nodes], index);
    }

    /// <summary>Whether a digest is that of one node under a root.</summary>
    /// <param name="root">The trace root.</param>
    /// <param name="count">How many nodes the model has.</param>
    /// <param name="index">The node.</param>
    /// <param name="node">Its digest.</param>
    /// <param name="path">Its proof.</param>
    public static bool Verify(Digest root, int count, int index, Digest node, ReadOnlySpan<Digest> path) =>
        (uint)index < (uint)count && MerkleTree.RootFrom(node, index, count, path) == root;
}
