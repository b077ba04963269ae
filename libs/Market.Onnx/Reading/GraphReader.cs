using System.Collections.Immutable;
using Market.Onnx.Comparison;
using Market.Onnx.Tensors;

namespace Market.Onnx.Reading;

/// <summary>Reads a graph and the subgraphs in its attributes, and checks that values flow forward only.</summary>
internal sealed class GraphReader
{
    private const int DeepestSubgraph = 16;
    private const int MostNodes = 1_000_000;
    private const int MostDims = TensorSize.MostRank;

    private readonly SortedDictionary<string, int> _operators = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _domains = new(StringComparer.Ordinal);
    private readonly List<Choice> _choices = [];
    private readonly HashSet<string> _picked = new(StringComparer.Ordinal);
    private int _picks;
    private int _nodes;

    public int Initializers { get; private set; }

    public long InitializerBytes { get; private set; }

    public ImmutableSortedDictionary<string, int> Operators => _operators.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The domains of all operators; that of ONNX itself is empty.</summary>
    public IReadOnlyCollection<string> Domains => _domains;

    /// <summary>The choices of the main graph, whatever they choose from.</summary>
    public IReadOnlyList<Choice> Choices => _choices;

    /// <summary>See <see cref="ModelDescription.HasHalves"/>.</summary>
    public bool HasHalves { get; private set; }

    /// <summary>Whether a value is picked by an operator, or computed from such a value. Names are not told apart by graph: rather one too many.</summary>
    public bool IsPicked(string value) => _picked.Contains(value);

    /// <summary>Reads the main graph.</summary>
    public (ImmutableArray<ModelValue> Inputs, ImmutableArray<string> Outputs) Read(ReadOnlySpan<byte> graph) => Read(graph, [], 0);

    private (ImmutableArray<ModelValue> Inputs, ImmutableArray<string> Outputs) Read(ReadOnlySpan<byte> graph, HashSet<string> outer, int depth)
    {
        if (depth > DeepestSubgraph)
        {
            throw new OnnxModelException($"Subgraphs are nested more than {DeepestSubgraph} deep.");
        }

        var known = new HashSet<string>(outer, StringComparer.Ordinal);
        var own = new HashSet<string>(StringComparer.Ordinal);
        var inputs = new List<ModelValue>();
        var outputs = new List<string>();
        var nodes = new List<(int Start, int Length)>();
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 5:
                    // An initializer may have the name of an input, whose default it is.
                    own.Add(ReadTensor(fields.Content));
                    break;
                case 15:
                    throw new OnnxModelException("The model has sparse initializers, expected dense ones.");
                case 11:
                    inputs.Add(ReadValue(fields.Content, depth == 0));
                    HasHalves |= IsHalf(inputs[^1].Type);
                    break;
                case 12:
                    outputs.Add(ReadValue(fields.Content, false).Name);
                    break;
            }
        }

        var given = own.ToHashSet(StringComparer.Ordinal);
        own.UnionWith(inputs.Select(i => i.Name));
        known.UnionWith(own);
        ReadNodes(graph, known, own, depth);
        foreach (var output in outputs.Where(o => !known.Contains(o)))
        {
            throw new OnnxModelException($"No node gives the output '{output}'.");
        }

        return ([.. inputs.Where(i => !given.Contains(i.Name))], [.. outputs]);
    }

    private void ReadNodes(ReadOnlySpan<byte> graph, HashSet<string> known, HashSet<string> own, int depth)
    {
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveTo(1);)
        {
            ReadNode(fields.Content, known, own, depth);
        }
    }

    private void ReadNode(ReadOnlySpan<byte> node, HashSet<string> known, HashSet<string> own, int depth)
    {
        if (++_nodes > MostNodes)
        {
            throw new OnnxModelException($"The model has more than {MostNodes} nodes.");
        }

        var read = NodeFields.Read(node);
        CheckOperator(read);
        if (depth == 0 && Choice.Read(read, node) is { } choice)
        {
            _choices.Add(choice);
        }

        HasHalves |= read.Operator == "Cast" && IsHalf((ElementType)NodeFields.NumberIn(node, "to", 0));
        _operators[read.Operator] = _operators.GetValueOrDefault(read.Operator) + 1;
        _domains.Add(read.Domain);
        foreach (var input in read.Inputs.Where(i => i.Length > 0 && !known.Contains(i)))
        {
            throw new OnnxModelException($"Node '{read.Name}' ({read.Operator}) takes '{input}', which nothing before it gives: the graph is cyclic, unsorted or incomplete.");
        }

        var picks = _picks;
        for (var fields = new ProtoFields(node, "node"); fields.MoveTo(NodeFields.Attribute);)
        {
            ReadAttribute(fields.Content, known, depth);
        }

        if (OperatorTraits.IsPick(read.Operator) || read.Inputs.Any(_picked.Contains) || _picks > picks)
        {
            _picks++;
            _picked.UnionWith(read.Outputs.Where(o => o.Length > 0));
        }

        foreach (var output in read.Outputs.Where(o => o.Length > 0))
        {
            known.Add(output);
            if (!own.Add(output))
            {
                throw new OnnxModelException($"Node '{read.Name}' ({read.Operator}) gives '{output}', which something else gives already.");
            }
        }
    }

    private static void CheckOperator(NodeFields node)
    {
        if (node.Operator.Length == 0)
        {
            throw new OnnxModelException($"Node '{node.Name}' has no operator.");
        }

        if (!OperatorTraits.IsKnownDomain(node.Domain))
        {
            throw new OnnxModelException($"Node '{node.Name}' uses the custom operator '{node.Domain}.{node.Operator}', expected operators that the runtime brings with it.");
        }

        var trains = node.Operator == "Dropout" && node.Inputs.Count > 2 && node.Inputs[2].Length > 0;
        if (OperatorTraits.IsChance(node.Operator) || trains)
        {
            throw new OnnxModelException($"Node '{node.Name}' uses {node.Operator}{(trains ? " in training mode" : "")}, whose result is drawn by chance: no two honest runs could agree.");
        }
    }

    private void ReadAttribute(ReadOnlySpan<byte> attribute, HashSet<string> known, int depth)
    {
        for (var fields = new ProtoFields(attribute, "attribute"); fields.MoveNext();)
        {
            if (fields.Number is 6 or 11 && fields.IsDelimited)
            {
                Read(fields.Content, known, depth + 1);
            }
            else if (fields.Number is 5 or 10 && fields.IsDelimited)
            {
                ReadTensor(fields.Content);
            }
        }
    }

    /// <summary>Checks that a tensor of the file has as many bytes as it says, and returns its name.</summary>
    private string ReadTensor(ReadOnlySpan<byte> tensor)
    {
        var dims = new List<long>();
        var (name, type, raw, values, strings, external) = ("", 0L, -1L, 0L, 0L, false);
        for (var fields = new ProtoFields(tensor, "tensor"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 1:
                    fields.AddNumbers(dims, MostDims);
                    break;
                case 2:
                    type = (long)fields.Value;
                    break;
                case 4:
                    values += fields.Content.Length / sizeof(float);
                    break;
                case 10:
                    values += fields.Content.Length / sizeof(double);
                    break;
                case 5 or 7 or 11:
                    values += fields.IsDelimited ? CountVarints(fields.Content) : 1;
                    break;
                case 6:
                    strings++;
                    break;
                case 8:
                    name = fields.Text();
                    break;
                case 9:
                    raw = fields.Content.Length;
                    break;
                case 13:
                    external = true;
                    break;
                case 14:
                    external |= fields.Value != 0;
                    break;
            }
        }

        if (external)
        {
            throw new OnnxModelException($"Tensor '{name}' lies in another file (external data), expected everything in the model's own file.");
        }

        HasHalves |= IsHalf((ElementType)type);
        Initializers++;
        InitializerBytes += CheckSize(name, type, dims, raw, values, strings);
        return name;
    }

    private static bool IsHalf(ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    private static long CountVarints(ReadOnlySpan<byte> packed)
    {
        long count = 0;
        foreach (var b in packed)
        {
            count += b < 0x80 ? 1 : 0;
        }

        return count;
    }

    private static long CheckSize(string name, long type, List<long> dims, long raw, long values, long strings)
    {
        try
        {
            var elementType = type is > 0 and <= 23 ? (ElementType)type : throw new OnnxModelException($"Tensor '{name}' has element type {type}, expected one of ONNX's.");
            var elements = TensorSize.Elements([.. dims]);
            var bits = TensorSize.Bits(elementType);
            var bytes = (((long)elements * bits) + 7) / 8;
            if (bits == 0)
            {
                return strings == elements ? strings : throw new OnnxModelException($"Tensor '{name}' has {strings} strings, expected {elements} for [{string.Join(", ", dims)}].");
            }

            if (raw >= 0)
            {
                return raw == bytes ? raw : throw new OnnxModelException($"Tensor '{name}' has {raw} bytes, expected {bytes} for {elementType} [{string.Join(", ", dims)}].");
            }

            // Complex numbers are stored as two values; 4-bit numbers two to a value.
            var wanted = elementType is ElementType.Complex64 or ElementType.Complex128 ? 2L * elements : bits == 4 ? (elements + 1L) / 2 : elements;
            return values == wanted ? bytes : throw new OnnxModelException($"Tensor '{name}' has {values} values, expected {wanted} for {elementType} [{string.Join(", ", dims)}].");
        }
        catch (TensorException e)
        {
            throw new OnnxModelException($"Tensor '{name}': {e.Message}", e);
        }
    }

    /// <summary>Reads a declared value; only those of the main graph's inputs must be dense tensors.</summary>
    private static ModelValue ReadValue(ReadOnlySpan<byte> value, bool mustBeTensor)
    {
        var name = "";
        ModelValue? found = null;
        for (var fields = new ProtoFields(value, "value"); fields.MoveNext();)
        {
            if (fields.Number == 1)
            {
                name = fields.Text();
            }
            else if (fields.Number == 2)
            {
                for (var types = new ProtoFields(fields.Content, "type"); types.MoveNext();)
                {
                    found = types.Number == 1 ? ReadTensorType(types.Content) : found;
                }
            }
        }

        return found is not null ? found with { Name = name }
            : mustBeTensor ? throw new OnnxModelException($"Input '{name}' is no dense tensor, expected only those.")
            : new ModelValue(name, ElementType.Float, default);
    }

    private static ModelValue ReadTensorType(ReadOnlySpan<byte> type)
    {
        var element = 0UL;
        ImmutableArray<ModelDim> dims = default;
        for (var fields = new ProtoFields(type, "tensor type"); fields.MoveNext();)
        {
            if (fields.Number == 1)
            {
                element = fields.Value;
            }
            else if (fields.Number == 2)
            {
                dims = ReadShape(fields.Content);
            }
        }

        return new ModelValue("", (ElementType)(int)Math.Min(element, int.MaxValue), dims);
    }

    private static ImmutableArray<ModelDim> ReadShape(ReadOnlySpan<byte> shape)
    {
        var dims = ImmutableArray.CreateBuilder<ModelDim>();
        for (var fields = new ProtoFields(shape, "shape"); fields.MoveNext();)
        {
            if (fields.Number != 1)
            {
                continue;
            }

            if (dims.Count == MostDims)
            {
                throw new OnnxModelException($"A value has more than {MostDims} dimensions.");
            }

            var dim = default(ModelDim);
            for (var parts = new ProtoFields(fields.Content, "dimension"); parts.MoveNext();)
            {
                dim = parts.Number switch
                {
                    1 when (long)parts.Value >= 0 => new ModelDim((long)parts.Value, null),
                    2 when parts.IsDelimited => new ModelDim(null, parts.Text()),
                    _ => dim,
                };
            }

            dims.Add(dim);
        }

        return dims.ToImmutable();
    }
}
