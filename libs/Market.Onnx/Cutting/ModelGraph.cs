using System.Collections.Immutable;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Cutting;

/// <summary>A model taken apart: which operators it has, and models of some of them or with all their values shown.</summary>
/// <remarks>
/// <para>Works on the bytes of the file: what is kept is copied as it stands, so that a cut node has the attributes, weights,
/// operator versions and domain that it had. Weights keep their kind (initializer, overridable initializer, Constant node), since
/// the runtime prepares constant weights in other ways than values, with other bits.</para>
/// <para>Exact only where the runtime leaves the graph as it is (<see cref="Execution.OptimizationLevel.None"/>).</para>
/// </remarks>
public sealed class ModelGraph
{
    private readonly List<ReadOnlyMemory<byte>> _around = [];
    private readonly List<ReadOnlyMemory<byte>> _nodes = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _inputs = new(StringComparer.Ordinal);
    private readonly ReadOnlyMemory<byte> _graph;

    private ModelGraph(ReadOnlyMemory<byte> file)
    {
        for (var fields = new ProtoFields(file.Span, "model"); fields.MoveNext();)
        {
            if (fields.Number == 7)
            {
                _graph = file[(fields.End - fields.Content.Length)..fields.End];
            }
            else
            {
                _around.Add(file[fields.Start..fields.End]);
            }
        }

        var nodes = ImmutableArray.CreateBuilder<ModelNode>();
        var outputs = ImmutableArray.CreateBuilder<string>();
        for (var fields = new ProtoFields(_graph.Span, "graph"); fields.MoveNext();)
        {
            var field = _graph[fields.Start..fields.End];
            switch (fields.Number)
            {
                case 1:
                    nodes.Add(NodeReader.Read(fields.Content, nodes.Count));
                    _nodes.Add(field);
                    break;
                case 5:
                    _weights[ProtoFields.TextIn(fields.Content, "tensor", 8)] = field;
                    break;
                case 11:
                    _inputs[ProtoFields.TextIn(fields.Content, "value", 1)] = field;
                    break;
                case 12:
                    outputs.Add(ProtoFields.TextIn(fields.Content, "value", 1));
                    break;
            }
        }

        foreach (var node in nodes.Where(node => node.IsConstant))
        {
            _weights[node.Gives[0]] = _nodes[node.Index];
        }

        (Nodes, Outputs) = (nodes.ToImmutable(), outputs.ToImmutable());
    }

    /// <summary>Its operators in the order of the file, in which each comes after those whose values it takes.</summary>
    public ImmutableArray<ModelNode> Nodes { get; }

    /// <summary>The names of its outputs, in order.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <summary>Takes a file apart.</summary>
    /// <exception cref="OnnxModelException">It is no ONNX file, or refused; the message says why.</exception>
    public static ModelGraph Read(ReadOnlyMemory<byte> file)
    {
        ModelReader.Read(file.Span);
        return new ModelGraph(file);
    }

    /// <summary>The same model with every value that a node computes among its outputs, after its own outputs.</summary>
    public byte[] Traced() => Traced(TraceScope.All);

    /// <summary>The same model with the values of some nodes among its outputs, after its own outputs.</summary>
    /// <param name="scope">The nodes.</param>
    public byte[] Traced(TraceScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Showing(Computed([.. Nodes.Where(scope.Holds)]));
    }

    /// <summary>The same model with some values that its nodes compute among its outputs, after its own outputs.</summary>
    /// <param name="names">The values; what is an output already stays where it is.</param>
    public byte[] Showing(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var shown = Outputs.ToHashSet(StringComparer.Ordinal);
        var more = new ProtoMessage();
        foreach (var name in names.Where(shown.Add))
        {
            more.Message(12, Untyped(name));
        }

        return Model(_graph.Span, more.Bytes);
    }

    /// <summary>The values that a run of nodes takes from before it and that are no weights, in the order of their first use.</summary>
    /// <param name="first">Index of the first node.</param>
    /// <param name="count">How many nodes, at least one.</param>
    public IReadOnlyList<string> Taken(int first, int count = 1) => [.. TakenFromOutside(Range(first, count)).Where(name => !_weights.ContainsKey(name))];

    /// <summary>A model of a run of nodes alone: it takes <see cref="Taken"/>, in that order, and gives every value that the nodes compute.</summary>
    /// <param name="first">Index of the first node.</param>
    /// <param name="count">How many nodes, at least one.</param>
    /// <param name="types">The element types of the values that it takes, as a run showed them.</param>
    /// <exception cref="OnnxModelException">The nodes compute nothing, or a type is missing.</exception>
    public byte[] Cut(int first, int count, IReadOnlyDictionary<string, ElementType> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        var nodes = Range(first, count);
        var outputs = Computed(nodes);
        if (outputs.Count == 0)
        {
            throw new OnnxModelException($"Nothing is computed from {nodes[0]} on within {count} nodes, expected an operator that is not Constant.");
        }

        var graph = new ProtoMessage();
        foreach (var name in TakenFromOutside(nodes))
        {
            if (_weights.TryGetValue(name, out var weight))
            {
                graph.Copy(weight.Span).Copy(_inputs.GetValueOrDefault(name).Span);
            }
            else
            {
                graph.Message(11, Typed(name, types.TryGetValue(name, out var type) ? type : throw new OnnxModelException($"The type of '{name}', which {nodes[0]} takes, is not known.")));
            }
        }

        _nodes.GetRange(first, count).ForEach(node => graph.Copy(node.Span));
        outputs.ForEach(name => graph.Message(12, Untyped(name)));
        return Model(graph.Text(2, "cut").Bytes, []);
    }

    private static List<string> Computed(ReadOnlySpan<ModelNode> nodes)
    {
        var names = new List<string>();
        foreach (var node in nodes)
        {
            names.AddRange(node.IsConstant ? [] : node.Gives.Where(name => name.Length > 0));
        }

        return names;
    }

    private static List<string> TakenFromOutside(ReadOnlySpan<ModelNode> nodes)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var taken = new List<string>();
        foreach (var node in nodes)
        {
            taken.AddRange(node.Takes.Where(known.Add));
            known.UnionWith(node.Gives);
        }

        return taken;
    }

    private static ProtoMessage Untyped(string name) => new ProtoMessage().Text(1, name);

    // Without a shape: one model serves values of every shape.
    private static ProtoMessage Typed(string name, ElementType type) =>
        Untyped(name).Message(2, new ProtoMessage().Message(1, new ProtoMessage().Number(1, (int)type)));

    private ReadOnlySpan<ModelNode> Range(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)first, (uint)(Nodes.Length - count));
        return Nodes.AsSpan(first, count);
    }

    private byte[] Model(ReadOnlySpan<byte> graph, ReadOnlySpan<byte> more)
    {
        var model = new ProtoMessage(_around.Sum(field => field.Length) + graph.Length + more.Length + 20);
        _around.ForEach(field => model.Copy(field.Span));
        return model.Content(7, graph, more).Bytes.ToArray();
    }
}
