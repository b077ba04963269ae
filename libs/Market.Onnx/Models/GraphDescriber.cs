using System.Collections.Immutable;
using Market.Onnx.Digests;
using Market.Onnx.Reading;

namespace Market.Onnx.Models;

/// <summary>Reads one graph's parts; graphs in attributes see the values of those around them.</summary>
/// <remarks>The model has passed <see cref="ModelReader"/>: values flow forward, sizes are true, nesting is bounded.</remarks>
internal sealed class GraphDescriber(ImmutableSortedDictionary<string, long> opsets, GraphDescriber? outer)
{
    private readonly Dictionary<string, ValueSource> _values = new(StringComparer.Ordinal);

    public GraphParts Read(ReadOnlySpan<byte> graph)
    {
        ImmutableArray<Digest> initializers = ReadInitializers(graph);
        ImmutableArray<string> inputs = ReadInputs(graph);
        ImmutableArray<ReadOnlyMemory<byte>> nodes = ReadNodes(graph);
        return new GraphParts(nodes, initializers, inputs, ReadOutputs(graph));
    }

    /// <summary>Where a name's value comes from, as seen from this graph.</summary>
    public ValueSource SourceOf(string name)
    {
        byte up = 0;
        for (GraphDescriber? graph = this; graph is not null; graph = graph.Outer, up++)
        {
            if (graph._values.TryGetValue(name, out ValueSource source))
            {
                return source with { Up = up };
            }
        }

        throw new OnnxModelException($"Nothing gives the value '{name}'.");
    }

    private GraphDescriber? Outer => outer;

    private ImmutableArray<Digest> ReadInitializers(ReadOnlySpan<byte> graph)
    {
        var digests = ImmutableArray.CreateBuilder<Digest>();
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveTo(5);)
        {
            var (name, tensor) = ModelTensor.Read(fields.Content);
            if (!_values.TryAdd(name, new ValueSource(0, SourceKind.Initializer, (uint)digests.Count, 0)))
            {
                throw new OnnxModelException($"Two initializers have the name '{name}'.");
            }

            digests.Add(TensorDigest.Of(tensor));
        }

        return digests.ToImmutable();
    }

    private ImmutableArray<string> ReadInputs(ReadOnlySpan<byte> graph)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (string name in Names(graph, 11))
        {
            // An initializer may have the name of an input, whose value it then is.
            if (_values.TryAdd(name, new ValueSource(0, SourceKind.Input, (uint)names.Count, 0)))
            {
                names.Add(name);
            }
        }

        return names.ToImmutable();
    }

    private ImmutableArray<ReadOnlyMemory<byte>> ReadNodes(ReadOnlySpan<byte> graph)
    {
        var nodes = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveTo(1);)
        {
            var (descriptor, outputs) = NodeDescriptor.Read(fields.Content, nodes.Count, opsets, this);
            for (int i = 0; i < outputs.Count; i++)
            {
                if (outputs[i].Length > 0)
                {
                    _values[outputs[i]] = new ValueSource(0, SourceKind.Node, (uint)nodes.Count, (ushort)i);
                }
            }

            nodes.Add(descriptor);
        }

        return nodes.ToImmutable();
    }

    private ImmutableArray<(ValueSource Source, string Name)> ReadOutputs(ReadOnlySpan<byte> graph) =>
        [.. Names(graph, 12).Select(name => (SourceOf(name), name))];

    /// <summary>The names of the declared values in one field.</summary>
    private static List<string> Names(ReadOnlySpan<byte> graph, int field)
    {
        List<string> names = [];
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveTo(field);)
        {
            names.Add(ProtoFields.TextIn(fields.Content, "value", 1));
        }

        return names;
    }
}
