using Market.Onnx.Tensors;

namespace Market.Onnx.Cutting;

/// <summary>Writes ONNX models (field numbers of onnx.proto): version 8 of the format, operators of version 17.</summary>
internal static class ModelWriter
{
    private const int Ints = 7;
    private const int Int = 2;

    /// <summary>The file of a model.</summary>
    /// <param name="name">What its graph is called.</param>
    /// <param name="nodes">In an order in which each comes after those whose values it takes.</param>
    /// <param name="weights">What <see cref="Weight(string, Tensor)"/> gives.</param>
    /// <param name="inputs">Inputs of the names, types and shapes of these.</param>
    /// <param name="outputs">The values that are its outputs.</param>
    public static byte[] Model(string name, IEnumerable<ProtoMessage> nodes, IEnumerable<ProtoMessage> weights, TensorMap inputs, IEnumerable<string> outputs)
    {
        var graph = new ProtoMessage();
        foreach (var node in nodes)
        {
            graph.Message(1, node);
        }

        graph.Text(2, name);
        foreach (var weight in weights)
        {
            graph.Message(5, weight);
        }

        foreach (var (input, tensor) in inputs)
        {
            graph.Message(11, Value(input, tensor.Type, [.. tensor.Dims]));
        }

        foreach (var output in outputs)
        {
            graph.Message(12, new ProtoMessage().Text(1, output));
        }

        return new ProtoMessage().Number(1, 8).Message(7, graph).Message(8, new ProtoMessage().Text(1, "").Number(2, 17)).Bytes.ToArray();
    }

    /// <summary>An operator with one output.</summary>
    public static ProtoMessage Operation(string operation, string[] takes, string gives, params ProtoMessage[] attributes) => Operation(operation, takes, [gives], attributes);

    /// <summary>An operator.</summary>
    public static ProtoMessage Operation(string operation, string[] takes, string[] gives, params ProtoMessage[] attributes)
    {
        var node = new ProtoMessage();
        Array.ForEach(takes, name => node.Text(1, name));
        Array.ForEach(gives, name => node.Text(2, name));
        node.Text(4, operation);
        Array.ForEach(attributes, attribute => node.Message(5, attribute));
        return node;
    }

    /// <summary>An attribute that is a number.</summary>
    public static ProtoMessage One(string name, long value) => new ProtoMessage().Text(1, name).Number(3, value).Number(20, Int);

    /// <summary>An attribute that is a list of numbers.</summary>
    public static ProtoMessage Many(string name, params long[] values)
    {
        var attribute = new ProtoMessage().Text(1, name);
        Array.ForEach(values, value => attribute.Number(8, value));
        return attribute.Number(20, Ints);
    }

    /// <summary>An initializer.</summary>
    public static ProtoMessage Weight(string name, Tensor tensor) => Weight(name, tensor.Type, tensor.Dims, tensor.Data.Span);

    /// <summary>An initializer of raw bytes.</summary>
    public static ProtoMessage Weight(string name, ElementType type, long[] dims, ReadOnlySpan<byte> data)
    {
        var weight = new ProtoMessage(data.Length + 64);
        Array.ForEach(dims, dim => weight.Number(1, dim));
        return weight.Number(2, (int)type).Text(8, name).Content(9, data);
    }

    /// <summary>An input or output of a graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="dims">Its dimensions; null for one that is left open.</param>
    public static ProtoMessage Value(string name, ElementType type, params long?[] dims)
    {
        var shape = new ProtoMessage();
        Array.ForEach(dims, dim => shape.Message(1, dim is { } size ? new ProtoMessage().Number(1, size) : new ProtoMessage()));
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, new ProtoMessage().Number(1, (int)type).Message(2, shape)));
    }
}
