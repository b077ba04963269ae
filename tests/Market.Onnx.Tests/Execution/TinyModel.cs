using System.Buffers.Binary;
using Google.Protobuf;

namespace Market.Onnx.Tests.Execution;

/// <summary>Writes small ONNX models to disk (field numbers of onnx.proto).</summary>
internal static class TinyModel
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int Bool = 9;

    /// <summary>y = x + x, x of shape [n].</summary>
    public static byte[] Double() => Model(Graph([Node("Add", ["x", "x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)]));

    /// <summary>y = relu(exp(-x) · weight), one operator after the other.</summary>
    public static byte[] Chain(float weight) => Model(Graph(
        [Node("Neg", ["x"], ["n"]), Node("Exp", ["n"], ["e"]), Node("Mul", ["e", "weight"], ["m"]), Node("Relu", ["m"], ["y"])],
        [Value("x", Float, -1)], [Value("y", Float, -1)], [Scalar("weight", weight)]));

    /// <summary>y = zeros of the shape given as input.</summary>
    public static byte[] Zeros() =>
        Model(Graph([Node("ConstantOfShape", ["shape"], ["y"])], [Value("shape", Int64, -1)], [Value("y", Float, -1)]));

    /// <summary>y = the sum of n zeros: needs the memory, gives one number.</summary>
    public static byte[] SumOfZeros() => Model(Graph(
        [Node("ConstantOfShape", ["shape"], ["zeros"]), Node("ReduceSum", ["zeros"], ["y"], Integer("keepdims", 0))],
        [Value("shape", Int64, -1)],
        [Value("y", Float)]));

    /// <summary>y = x counted up n times, one by one.</summary>
    public static byte[] Count() => Model(Graph(
        [Node("Loop", ["n", "", "x"], ["y"], Body("body", Graph(
            [Node("Identity", ["cond"], ["again"]), Node("Add", ["v", "one"], ["next"])],
            [Value("i", Int64), Value("cond", Bool), Value("v", Float)],
            [Value("again", Bool), Value("next", Float)],
            [Scalar("one", 1)])))],
        [Value("n", Int64), Value("x", Float)],
        [Value("y", Float)]));

    /// <summary>y = x as a matrix of the shape given as input.</summary>
    public static byte[] Reshape() => Model(Graph(
        [Node("Reshape", ["x", "shape"], ["y"])],
        [Value("x", Float, -1), Value("shape", Int64, 2)],
        [Value("y", Float, -1, -1)]));

    /// <summary>A node of an operator that exists nowhere.</summary>
    public static byte[] Unknown() => Model(Graph([Node("Conjure", ["x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)]));

    /// <summary>Gives a sequence instead of a tensor.</summary>
    public static byte[] Sequence() => Model(Graph([Node("SequenceConstruct", ["x"], ["y"])], [Value("x", Float, -1)], [Message(o => Text(o, 1, "y"))]));

    internal static byte[] Model(byte[] graph) => Message(o =>
    {
        Number(o, 1, 8);
        Bytes(o, 7, graph);
        Bytes(o, 8, Message(opset =>
        {
            Text(opset, 1, "");
            Number(opset, 2, 17);
        }));
    });

    internal static byte[] Graph(byte[][] nodes, byte[][] inputs, byte[][] outputs, byte[][]? initializers = null) => Message(o =>
    {
        foreach (var node in nodes)
        {
            Bytes(o, 1, node);
        }

        Text(o, 2, "g");
        foreach (var initializer in initializers ?? [])
        {
            Bytes(o, 5, initializer);
        }

        foreach (var input in inputs)
        {
            Bytes(o, 11, input);
        }

        foreach (var output in outputs)
        {
            Bytes(o, 12, output);
        }
    });

    internal static byte[] Node(string operation, string[] inputs, string[] outputs, params byte[][] attributes) => Message(o =>
    {
        foreach (var input in inputs)
        {
            Text(o, 1, input);
        }

        foreach (var output in outputs)
        {
            Text(o, 2, output);
        }

        Text(o, 4, operation);
        foreach (var attribute in attributes)
        {
            Bytes(o, 5, attribute);
        }
    });

    internal static byte[] Integer(string name, long value) => Message(o =>
    {
        Text(o, 1, name);
        Number(o, 3, value);
        Number(o, 20, 2);
    });

    internal static byte[] Integers(string name, params long[] values) => Message(o =>
    {
        Text(o, 1, name);
        foreach (var value in values)
        {
            Number(o, 8, value);
        }

        Number(o, 20, 7);
    });

    internal static byte[] Tensor(string name, byte[] tensor) => Message(o =>
    {
        Text(o, 1, name);
        Bytes(o, 5, tensor);
        Number(o, 20, 4);
    });

    internal static byte[] Body(string name, byte[] graph) => Message(o =>
    {
        Text(o, 1, name);
        Bytes(o, 6, graph);
        Number(o, 20, 5);
    });

    internal static byte[] Scalar(string name, float value)
    {
        var raw = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(raw, value);
        return Message(o =>
        {
            Number(o, 2, Float);
            Text(o, 8, name);
            Bytes(o, 9, raw);
        });
    }

    internal static byte[] Value(string name, int type, params long[] dims) => Message(o =>
    {
        Text(o, 1, name);
        Bytes(o, 2, Message(t => Bytes(t, 1, Message(tensor =>
        {
            Number(tensor, 1, type);
            Bytes(tensor, 2, Message(shape =>
            {
                foreach (var dim in dims)
                {
                    Bytes(shape, 1, dim < 0 ? [] : Message(d => Number(d, 1, dim)));
                }
            }));
        }))));
    });

    internal static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            write(output);
        }

        return stream.ToArray();
    }

    internal static void Number(CodedOutputStream o, int field, long value)
    {
        o.WriteTag(field, WireFormat.WireType.Varint);
        o.WriteInt64(value);
    }

    internal static void Text(CodedOutputStream o, int field, string value)
    {
        o.WriteTag(field, WireFormat.WireType.LengthDelimited);
        o.WriteString(value);
    }

    internal static void Bytes(CodedOutputStream o, int field, byte[] value)
    {
        o.WriteTag(field, WireFormat.WireType.LengthDelimited);
        o.WriteBytes(ByteString.CopyFrom(value));
    }
}
