using System.Collections.Immutable;
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
        TraceableModel.Check(graph);
        return new JudgedModel(graph, tree);
    }

    /// <summary>The digests of a task's inputs, in the model's order.</summary>
    /// <exception cref="JobException">The inputs are not exactly those of the model.</exception>
    public IReadOnlyList<Digest> DigestsOf(TensorMap inputs) => DigestsOf(Tree.Inputs, inputs);

    /// <summary>The head of a bundle: with the model's root if contracts can judge the job, else without.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">What commits to the model; null if it cannot be traced.</param>
    /// <param name="inputs">The inputs of every task.</param>
    public static BundleHead HeadOf(Bundle bundle, TraceableModel? model, IEnumerable<TensorMap> inputs)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (model is null)
        {
            return BundleHead.WithoutModel(bundle);
        }

        try
        {
            var root = new InputsTree(inputs.Select((map, task) => InputsTree.Leaf(task, DigestsOf(model.Inputs, map)))).Root;
            return new BundleHead(bundle.Digest(), new ModelRoot(model.Root.ToArray()), new Bytes32(root.ToArray()), bundle.Tolerance);
        }
        catch (JobException)
        {
            return BundleHead.WithoutModel(bundle);
        }
    }

    private static IReadOnlyList<Digest> DigestsOf(ImmutableArray<string> names, TensorMap inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var byName = inputs.DistinctBy(i => i.Key).ToDictionary(i => i.Key, i => i.Value, StringComparer.Ordinal);
        return inputs.Count == names.Length && names.All(byName.ContainsKey)
            ? [.. names.Select(name => TensorDigest.Of(byName[name]))]
            : throw new JobException($"Inputs {string.Join(", ", inputs.Select(i => i.Key))} found, expected {string.Join(", ", names)} and no other.");
    }
}
