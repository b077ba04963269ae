using System.Collections.Immutable;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Reading;

namespace Market.Onnx.Models;

/// <summary>What commits to a model whose executions can be traced.</summary>
/// <param name="Root">The model's root.</param>
/// <param name="Inputs">The names of its inputs, in its order.</param>
public sealed record TraceableModel(Digest Root, ImmutableArray<string> Inputs)
{
    /// <summary>Reads a model.</summary>
    /// <exception cref="OnnxModelException">It has no root, or values that are no tensors; the message says why.</exception>
    public static TraceableModel Read(ReadOnlyMemory<byte> file)
    {
        Check(ModelGraph.Read(file));
        var tree = ModelTree.Read(file.Span);
        return new TraceableModel(tree.Root, tree.Inputs);
    }

    /// <summary>Refuses a model with values that are no tensors.</summary>
    /// <exception cref="OnnxModelException">It has some; the message says where.</exception>
    public static void Check(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Nodes.FirstOrDefault(node => node.Inner.Append(node.Operator).Any(OperatorTraits.GivesNoTensor)) is { } node)
        {
            throw new OnnxModelException($"{node} gives values that are no tensors, so that it cannot be traced.");
        }
    }
}
