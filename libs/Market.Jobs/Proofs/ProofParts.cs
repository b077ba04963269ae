using System.Numerics;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Models;
using Market.Onnx.Tensors;

namespace Market.Jobs.Proofs;

/// <summary>The job, the trace that is held against its maker, and the paths through both: what proofs are built from (docs/judging.md).</summary>
/// <param name="job">The job's data.</param>
/// <param name="file">Its model's file.</param>
/// <param name="trace">The trace.</param>
/// <param name="task">The task.</param>
/// <param name="inputs">The task's inputs.</param>
/// <param name="tree">The tree over all tasks' inputs.</param>
/// <param name="result">What the seat's result binds at the task.</param>
public sealed class ProofParts(JobData job, ReadOnlyMemory<byte> file, TaskTrace trace, int task, TensorMap inputs, InputsTree tree, TaskResult result)
{
    private readonly Dictionary<string, Tensor> _inputs = inputs.ToDictionary(i => i.Key, i => i.Value, StringComparer.Ordinal);

    /// <summary>The trace.</summary>
    public TaskTrace Trace => trace;

    /// <summary>What the seat's result binds.</summary>
    public TaskResult Result => result;

    /// <summary>The task's inputs and the claimed values, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Values { get; } = inputs.Concat(trace.Values).DistinctBy(v => v.Key).ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);

    /// <summary>A call of the arbiter about one operator; null where more would have to be opened than a contract reads.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="index">The element of its first output.</param>
    public byte[]? OperatorCall(ModelNode node, long index)
    {
        ArgumentNullException.ThrowIfNull(node);
        var descriptor = Tree.Nodes[node.Index];
        var parts = NodeParts.Read(descriptor);
        var values = parts.Sources.Select(ValueOf).ToList();
        if (OpenedElements.JudgeOf(parts) is not { } judge || values.Where((v, i) => v is null && parts.Sources[i].Kind != SourceKind.Absent).Any())
        {
            return null;
        }

        var output = trace.Values[node.Gives[0]];
        var dims = values.Select(v => v?.Dims ?? []).ToList();
        var openings = values.Select((v, i) => v is null ? null : TensorOpening.Of(v, OpenedElements.Of(parts, dims, i, output.Dims, index))).ToList();
        var isWhole = judge == 0 && OpenedElements.Of(parts, dims, 0, output.Dims, index) is { } first && !first.Any();
        var opened = TensorOpening.Of(output, isWhole || output.Data.IsEmpty ? [] : [index]);
        if (openings.Append(opened).Any(o => o?.Chunks > TensorOpening.MostChunks))
        {
            return null;
        }

        var usesInputs = parts.Sources.Any(s => s.Kind == SourceKind.Input);
        return ArbiterCalls.JudgeOperator(ClaimOf(), new OperatorProof(
            job.Head.ToBytes(), LinksOf(node, parts), descriptor, usesInputs ? TaskInputsOf() : new InputDigests([], []), judge,
            ToContract(opened), [.. openings.Select(ToContract)], new BigInteger(index)));
    }

    /// <summary>A call of the arbiter about one output; null where no contract compares it.</summary>
    /// <param name="place">The output among those of the result.</param>
    /// <param name="index">The element.</param>
    public byte[]? OutputCall(int place, long index)
    {
        var (name, committed) = result.Outputs![place];
        var number = Tree.Outputs.Index().First(o => o.Item.Name == name).Index;
        var source = Tree.Outputs[number].Source;
        return ValueOf(source) is not { } shown ? null : ArbiterCalls.JudgeOutput(ClaimOf(), new OutputProof(
            job.Head.ToBytes(), Tree.Header, (uint)number, source.ToArray(), System.Text.Encoding.UTF8.GetBytes(name), Hashes(Tree.ProofOfOutput(number)),
            OriginOf(source), source.Kind == SourceKind.Input ? TaskInputsOf() : new InputDigests([], []), (uint)place, (uint)result.Outputs.Count, Hash(TensorDigest.Of(committed)),
            Hashes(TensorDigest.ProofOf(result.Outputs, place)), ToContract(TensorOpening.Of(committed, [index])), ToContract(TensorOpening.Of(shown, [index])), new BigInteger(index)));
    }

    /// <summary>The value that a source has in the trace; null for one that is absent, or inside another graph, or a Constant's.</summary>
    public Tensor? ValueOf(ValueSource source) => source.Up != 0 ? null : source.Kind switch
    {
        SourceKind.Node => trace.Values.GetValueOrDefault(trace.Model.Graph.Nodes[(int)source.Number].Gives[source.Output]),
        SourceKind.Initializer => ModelTree.InitializerOf(file.Span, (int)source.Number),
        SourceKind.Input => _inputs[Tree.Inputs[(int)source.Number]],
        _ => null,
    };

    private ModelTree Tree => trace.Model.Tree;

    private Claim ClaimOf() => new(
        job.Spec.Bundle.ToHash(), (uint)task, (uint)job.Bundle.Tasks, new Hash256(result.Digest.Root.ToArray()), Hash(trace.Trace.Root));

    private Links LinksOf(ModelNode node, NodeParts parts) => new(
        Tree.Header, Hashes(Tree.ProofOfNode(node.Index)), Hashes(ExecutionTrace.OutputsOf(node, trace.DigestOf)),
        Hashes(trace.Trace.ProofOf(node.Index)), [.. parts.Sources.Select(OriginOf)]);

    private Origin OriginOf(ValueSource source) => source.Kind switch
    {
        SourceKind.Node => new Origin(
            Hashes(ExecutionTrace.OutputsOf(trace.Model.Graph.Nodes[(int)source.Number], trace.DigestOf)), Hashes(trace.Trace.ProofOf((int)source.Number))),
        SourceKind.Initializer => new Origin([Hash(Tree.Initializers[(int)source.Number])], Hashes(Tree.ProofOfInitializer((int)source.Number))),
        _ => new Origin([], []),
    };

    private InputDigests TaskInputsOf() => new(Hashes(trace.Model.DigestsOf(inputs)), Hashes(tree.ProofOf(task)));

    private static Opening ToContract(TensorOpening? opening) => opening is null
        ? new Opening(ReadOnlyMemory<byte>.Empty, [])
        : new Opening(opening.Header, [.. opening.Runs.Select(run => new Run((ulong)run.First, run.Data, Hashes(run.Path)))]);

    private static Hash256 Hash(Digest digest) => new(digest.ToArray());

    private static Hash256[] Hashes(IEnumerable<Digest> digests) => [.. digests.Select(Hash)];
}
