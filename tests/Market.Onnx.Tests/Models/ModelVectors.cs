using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Onnx.Digests;
using Market.Onnx.Models;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Models;

/// <summary>The published vectors of docs/judging.md, "Model": tests/vectors/judging/models.json, which a JavaScript test and a contract read too.</summary>
internal static class ModelVectors
{
    private const int Float = 1;
    private const int Int64 = 7;

    public static string Path { get; } = Checkout.At("tests/vectors/judging/models.json");

    public static string Write()
    {
        var document = new JsonArray([.. Models().Select(m => (JsonNode)Describe(m.Name, m.File))]);
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    public static IEnumerable<(string Name, byte[] File)> Models()
    {
        yield return ("layer", Layer());
        yield return ("attributes", Attributes());
        yield return ("loop", Count());
        yield return ("outer values", Outer());
    }

    /// <summary>y = reshape(relu(x·Wᵀ + b)): one node of each kind that a contract judges.</summary>
    public static byte[] Layer() => Model(Graph(
        [Node("Gemm", ["x", "w", "b"], ["h"], Integer("transB", 1)), Node("Relu", ["h"], ["r"]), Node("Reshape", ["r", "shape"], ["y"])],
        [Value("x", Float, 1, 4), Value("b", Float, 2)],
        [Value("y", Float, 2, 1)],
        [Floats("w", [2, 4], 1, -2, 3, -4, 0.5f, 0.25f, -0f, 8), Floats("b", [2], 0.5f, -100), Integers("shape", 2, -1)]));

    /// <summary>Every type of attribute that is no graph, in an order that is not the canonical one; left-out inputs and outputs; another domain.</summary>
    public static byte[] Attributes() =>
    [
        .. Model(Graph(
            [
                Node("Constant", [], ["c"], Attribute("value", 4, 5, Floats("", [2], 1, float.NaN))),
                Node("Clip", ["x", "", "c"], ["v"]),
                Node("Dropout", ["v"], ["d", ""]),
                Node("LSTM", ["d", "c", "c"], ["", "s"], Texts("activations", "Tanh", "Größe"), Numbers("activation_alpha", 0.5f, -1), Attribute("direction", 3, 4, "forward"u8.ToArray()), Integer("hidden_size", -1)),
                Node("Pad", ["s"], ["p"], Ints("pads", 1, -2, 3), Single("value", -0.1f), Attribute("\U0001d518", 3, 4, []), Attribute("\uffee", 3, 4, [])),
                [.. Node("Gelu", ["p"], ["y"]), .. Message(n => Text(n, 7, "com.microsoft"))],
            ],
            [Value("x", Float, -1)],
            [Value("y", Float, -1), Value("x", Float, -1)])),
        .. Message(o => Bytes(o, 8, Message(opset =>
        {
            Text(opset, 1, "com.microsoft");
            Number(opset, 2, 1);
        }))),
    ];

    /// <summary>A branch that takes values of the graph around it: an initializer, an input, a node's second output.</summary>
    public static byte[] Outer() => Model(Graph(
        [
            Node("Split", ["x"], ["a", "b"]),
            Node("If", ["cond"], ["y"], Branch("then_branch", "b"), Branch("else_branch", "w")),
        ],
        [Value("x", Float, 2), Value("cond", 9)],
        [Value("y", Float, 1)],
        [Floats("w", [1], 3)]));

    private static byte[] Branch(string name, string operand) =>
        Attribute(name, 5, 6, Graph([Node("Add", [operand, "one"], ["sum"]), Node("Mul", ["sum", "x"], ["out"])], [], [Value("out", Float, 1)], [Floats("one", [1], 1)]));

    public static byte[] Floats(string name, long[] dims, params float[] values) => Tensor(name, Float, dims, 4, [.. values.SelectMany(BitConverter.GetBytes)]);

    public static byte[] Tensor(string name, int type, long[] dims, int field, byte[] values) => Message(o =>
    {
        foreach (long dim in dims)
        {
            Number(o, 1, dim);
        }

        Number(o, 2, type);
        Text(o, 8, name);
        Bytes(o, field, values);
    });

    public static byte[] Attribute(string name, int type, int field, byte[] value) => Message(o =>
    {
        Text(o, 1, name);
        Bytes(o, field, value);
        Number(o, 20, type);
    });

    private static byte[] Integers(string name, params long[] values) => Message(o =>
    {
        Number(o, 1, values.Length);
        Number(o, 2, Int64);
        Text(o, 8, name);
        Bytes(o, 7, Varints(values));
    });

    private static byte[] Ints(string name, params long[] values) => Message(o =>
    {
        Text(o, 1, name);
        Bytes(o, 8, Varints(values));
        Number(o, 20, 7);
    });

    private static byte[] Varints(long[] values)
    {
        using var stream = new MemoryStream();
        using (var packed = new Google.Protobuf.CodedOutputStream(stream))
        {
            Array.ForEach(values, packed.WriteInt64);
        }

        return stream.ToArray();
    }

    private static byte[] Texts(string name, params string[] values) => Message(o =>
    {
        Text(o, 1, name);
        Array.ForEach(values, v => Text(o, 9, v));
        Number(o, 20, 8);
    });

    private static byte[] Numbers(string name, params float[] values) => Message(o =>
    {
        Text(o, 1, name);
        Bytes(o, 7, [.. values.SelectMany(BitConverter.GetBytes)]);
        Number(o, 20, 6);
    });

    private static byte[] Single(string name, float value) => Message(o =>
    {
        Text(o, 1, name);
        o.WriteTag(2, Google.Protobuf.WireFormat.WireType.Fixed32);
        o.WriteFloat(value);
        Number(o, 20, 1);
    });

    private static JsonObject Describe(string name, byte[] file)
    {
        ModelTree tree = ModelTree.Read(file);
        return new JsonObject
        {
            ["name"] = name,
            ["file"] = Convert.ToHexStringLower(file),
            ["root"] = tree.Root.ToString(),
            ["header"] = Convert.ToHexStringLower(tree.Header.Span),
            ["nodes"] = new JsonArray([.. tree.Nodes.Select((n, i) => (JsonNode)new JsonObject { ["descriptor"] = Convert.ToHexStringLower(n.Span), ["path"] = Hex(tree.ProofOfNode(i)) })]),
            ["initializers"] = new JsonArray([.. tree.Initializers.Select((d, i) => (JsonNode)new JsonObject { ["digest"] = d.ToString(), ["path"] = Hex(tree.ProofOfInitializer(i)) })]),
            ["inputs"] = new JsonArray([.. tree.Inputs.Select((n, i) => (JsonNode)new JsonObject { ["name"] = n, ["path"] = Hex(tree.ProofOfInput(i)) })]),
            ["outputs"] = new JsonArray([.. tree.Outputs.Select((o, i) => (JsonNode)new JsonObject { ["name"] = o.Name, ["source"] = SourceOf(o.Source), ["path"] = Hex(tree.ProofOfOutput(i)) })]),
        };
    }

    private static string SourceOf(ValueSource source)
    {
        byte[] bytes = new byte[ValueSource.Size];
        source.CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static JsonArray Hex(IEnumerable<Digest> path) => new([.. path.Select(d => (JsonNode)d.ToString())]);
}
