using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Jobs.Packaging;

/// <summary>A model of which a contract can judge executions: it has a root, and every value on its way is a tensor, so that it can be traced.</summary>
/// <param name="Graph">The model, taken apart.</param>
/// <param name="Tree">What its root commits to.</param>
public sealed record JudgedModel(ModelGraph Graph, ModelTree Tree)
{
    /// <summary>Reads a model.</summary>
    /// <exception cref="OnnxModelException">It has no root, or values that are no tensors; the message says why.</exception>
    public static JudgedModel Read(ReadOnlyMemory<byte> file)
    {
        var (graph, tree) = (ModelGraph.Read(file), ModelTree.Read(file.Span));
        return graph.Nodes.FirstOrDefault(node => node.Inner.Append(node.Operator).Any(OperatorTraits.GivesNoTensor)) is { } node
            ? throw new OnnxModelException($"{node} gives values that are no tensors, so that it cannot be traced.")
            : new JudgedModel(graph, tree);
    }

    /// <summary>The digests of a task's inputs, in the model's order.</summary>
    /// <exception cref="JobException">The inputs are not exactly those of the model.</exception>
    public IReadOnlyList<Digest> DigestsOf(TensorMap inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var byName = inputs.DistinctBy(i => i.Key).ToDictionary(i => i.Key, i => i.Value, StringComparer.Ordinal);
        return inputs.Count == Tree.Inputs.Length && Tree.Inputs.All(byName.ContainsKey)
            ? [.. Tree.Inputs.Select(name => TensorDigest.Of(byName[name]))]
            : throw new JobException($"Inputs {string.Join(", ", inputs.Select(i => i.Key))} found, expected {string.Join(", ", Tree.Inputs)} and no other.");
    }

    /// <summary>The head of a bundle: with the model's root if contracts can judge the job, else without.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">The model's file.</param>
    /// <param name="inputs">The inputs of every task.</param>
    public static BundleHead HeadOf(Bundle bundle, ReadOnlyMemory<byte> model, IEnumerable<TensorMap> inputs)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        try
        {
            var judged = Read(model);
            var root = new InputsTree(inputs.Select((map, task) => InputsTree.Leaf(task, judged.DigestsOf(map)))).Root;
            return new BundleHead(bundle.Digest(), new ModelRoot(judged.Tree.Root.ToArray()), new Bytes32(root.ToArray()), bundle.Tolerance);
        }
        catch (Exception e) when (e is OnnxModelException or JobException)
        {
            return BundleHead.WithoutModel(bundle);
        }
    }
}
