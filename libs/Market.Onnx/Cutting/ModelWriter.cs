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
    /// <param name="weights">What <see cref="Weight"/> gives.</param>
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
            graph.Message(11, new ProtoMessage().Text(1, input).Message(2, new ProtoMessage().Message(1, new ProtoMessage().Number(1, (int)tensor.Type).Message(2, Shape(tensor.Dims)))));
        }

        foreach (var output in outputs)
        {
            graph.Message(12, new ProtoMessage().Text(1, output));
        }

        return new ProtoMessage().Number(1, 8).Message(7, graph).Message(8, new ProtoMessage().Text(1, "").Number(2, 17)).Bytes.ToArray();
    }

    /// <summary>An operator with one output.</summary>
    public static ProtoMessage Operation(string operation, string[] takes, string gives, params ProtoMessage[] attributes)
    {
        var node = new ProtoMessage();
        Array.ForEach(takes, name => node.Text(1, name));
        node.Text(2, gives).Text(4, operation);
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
    public static ProtoMessage Weight(string name, Tensor tensor)
    {
        var weight = new ProtoMessage();
        Array.ForEach(tensor.Dims, dim => weight.Number(1, dim));
        return weight.Number(2, (int)tensor.Type).Text(8, name).Content(9, tensor.Data.Span);
    }

    private static ProtoMessage Shape(long[] dims)
    {
        var shape = new ProtoMessage();
        Array.ForEach(dims, dim => shape.Message(1, new ProtoMessage().Number(1, dim)));
        return shape;
    }
}
