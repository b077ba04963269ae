using System.Globalization;
using System.Runtime.InteropServices;
using Market.Onnx.Cutting;
using Market.Onnx.Tensors;

namespace Market.Spread.Nets;

/// <summary>Writes an ONNX model operator by operator. Weights are drawn from a seed at the scale that keeps signals level (He and others, 2015).</summary>
internal sealed class NetBuilder(int seed)
{
    private const int IrVersion = 9;
    private const int Opset = 20;
    private readonly Random _random = new(seed);
    private readonly ProtoMessage _nodes = new();
    private readonly ProtoMessage _weights = new(1 << 20);
    private readonly ProtoMessage _ends = new();
    private int _values;

    public string Input(string name, ElementType type, params long[] dims)
    {
        _ends.Message(11, ModelWriter.Value(name, type, [.. dims]));
        return name;
    }

    /// <summary>Makes a value an output of the model, under a name of its own.</summary>
    public void Output(string value, string name, ElementType type)
    {
        Node("Identity", [value], [name]);
        _ends.Message(12, new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, new ProtoMessage().Number(1, (int)type))));
    }

    /// <summary>Adds a node with one output and returns the name of its value.</summary>
    public string Apply(string operation, string[] takes, params ProtoMessage[] attributes) => Apply(operation, takes, 1, attributes)[0];

    public string[] Apply(string operation, string[] takes, int outputs, params ProtoMessage[] attributes)
    {
        string[] gives = [.. Enumerable.Range(0, outputs).Select(_ => NewName(operation))];
        Node(operation, takes, gives, attributes);
        return gives;
    }

    /// <summary>Weights that are multiplied with so many values each: uniform with deviation √(2 / fan in).</summary>
    public float[] Draw(long count, double fanIn) => Uniform(count, -Math.Sqrt(6 / fanIn), Math.Sqrt(6 / fanIn));

    public float[] Uniform(long count, double from, double to)
    {
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)(from + (to - from) * _random.NextDouble());
        }

        return values;
    }

    public string Weight(long[] dims, params float[] values) => Weight(ElementType.Float, dims, MemoryMarshal.AsBytes<float>(values));

    public string Half(long[] dims, params float[] values) =>
        Weight(ElementType.Float16, dims, MemoryMarshal.AsBytes<Half>(values.Select(value => (Half)value).ToArray()));

    public string Whole(params long[] values) => Weight(ElementType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values));

    public string Bytes(long[] dims, params sbyte[] values) => Weight(ElementType.Int8, dims, MemoryMarshal.AsBytes<sbyte>(values));

    public string Weight(ElementType type, long[] dims, ReadOnlySpan<byte> data)
    {
        var name = NewName("w");
        _weights.Message(5, ModelWriter.Weight(name, type, dims, data));
        return name;
    }

    public byte[] Build()
    {
        var graph = new ProtoMessage(1 << 20).Copy(_nodes.Bytes).Text(2, "net").Copy(_weights.Bytes).Copy(_ends.Bytes);
        var domains = new[] { ("", (long)Opset), ("com.microsoft", 1) };
        var model = new ProtoMessage(1 << 20).Number(1, IrVersion).Message(7, graph);
        foreach (var (domain, version) in domains)
        {
            model.Message(8, new ProtoMessage().Text(1, domain).Number(2, version));
        }

        return model.Bytes.ToArray();
    }

    private void Node(string operation, string[] takes, string[] gives, params ProtoMessage[] attributes) =>
        _nodes.Message(1, ModelWriter.Operation(operation, takes, gives, attributes));

    private string NewName(string stem) => string.Create(CultureInfo.InvariantCulture, $"{stem} {_values++}");
}
