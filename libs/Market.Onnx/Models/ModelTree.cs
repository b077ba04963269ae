using System.Collections.Immutable;
using Market.Onnx.Digests;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Models;

/// <summary>
/// What a model's root commits to, part by part: node descriptors, initializers, inputs, outputs (docs/judging.md, "Model").
/// A contract opens one of them against the root.
/// </summary>
public sealed class ModelTree
{
    private readonly Digest[] _leaves;
    private readonly GraphParts _parts;

    internal ModelTree(GraphParts parts)
    {
        _parts = parts;
        _leaves = parts.Leaves();
        Header = parts.Header(MerkleTree.Root([.. _leaves]));
        Root = Sha256.Hash(Header.Span);
    }

    /// <summary>The model's root: the digest of the header.</summary>
    public Digest Root { get; }

    /// <summary>The root's preimage: 12 ‖ u32 nodes ‖ u32 initializers ‖ u32 inputs ‖ u32 outputs ‖ tree.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>The descriptor of every node, in the file's order.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Nodes => _parts.Nodes;

    /// <summary>The digest of every initializer, in the file's order.</summary>
    public ImmutableArray<Digest> Initializers => _parts.Initializers;

    /// <summary>The names of the inputs, without those that initializers give.</summary>
    public ImmutableArray<string> Inputs => _parts.Inputs;

    /// <summary>The outputs: where each comes from, as a descriptor says it, and its name.</summary>
    public ImmutableArray<(ValueSource Source, string Name)> Outputs => _parts.Outputs;

    /// <summary>Reads the parts of a model.</summary>
    /// <param name="file">An ONNX file.</param>
    /// <exception cref="OnnxModelException">It is refused, or has an attribute that has no canonical form; the message says why.</exception>
    public static ModelTree Read(ReadOnlySpan<byte> file)
    {
        ModelDescription description = ModelReader.Read(file);
        var fields = new ProtoFields(file, "model");
        fields.MoveTo(7); // there is exactly one: the reader has seen it
        return new ModelTree(new GraphDescriber(description.Opsets, null).Read(fields.Content));
    }

    /// <summary>The value of an initializer.</summary>
    /// <param name="file">The ONNX file, as it was read.</param>
    /// <param name="initializer">The initializer's number.</param>
    public static Tensor InitializerOf(ReadOnlySpan<byte> file, int initializer)
    {
        var model = new ProtoFields(file, "model");
        model.MoveTo(7);
        var fields = new ProtoFields(model.Content, "graph");
        for (var left = initializer + 1; left > 0 && fields.MoveTo(5); left--)
        {
        }

        return ModelTensor.Read(fields.Content).Tensor;
    }

    /// <summary>The path of a node's descriptor.</summary>
    /// <param name="node">The node's number.</param>
    public IReadOnlyList<Digest> ProofOfNode(int node) => Proof(node, Nodes.Length, 0);

    /// <summary>The path of an initializer.</summary>
    /// <param name="initializer">The initializer's number.</param>
    public IReadOnlyList<Digest> ProofOfInitializer(int initializer) => Proof(initializer, Initializers.Length, Nodes.Length);

    /// <summary>The path of an input.</summary>
    /// <param name="input">The input's number.</param>
    public IReadOnlyList<Digest> ProofOfInput(int input) => Proof(input, Inputs.Length, Nodes.Length + Initializers.Length);

    /// <summary>The path of an output.</summary>
    /// <param name="output">The output's number.</param>
    public IReadOnlyList<Digest> ProofOfOutput(int output) => Proof(output, Outputs.Length, Nodes.Length + Initializers.Length + Inputs.Length);

    private List<Digest> Proof(int index, int count, int before)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return MerkleTree.Path([.. _leaves], before + index);
    }
}
