using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Onnx.Digests;
using Market.Onnx.Reading;

namespace Market.Onnx.Models;

/// <summary>An attribute's canonical bytes after its name: u8 type ‖ u32 length ‖ value. Types are those of <c>AttributeProto</c>.</summary>
internal static class AttributeValue
{
    private enum Kind
    {
        Float = 1,
        Int = 2,
        String = 3,
        Tensor = 4,
        Graph = 5,
        Floats = 6,
        Ints = 7,
        Strings = 8,
        Tensors = 9,
        Graphs = 10,
    }

    public static (string Name, byte[] Value) Read(ReadOnlySpan<byte> attribute, ImmutableSortedDictionary<string, long> opsets, GraphDescriber graph)
    {
        var (name, kind) = Head(attribute);
        var value = new DescriptorWriter();
        byte[] last = new byte[(kind is Kind.Int ? 8 : kind is Kind.Float ? 4 : 0)];
        for (var fields = new ProtoFields(attribute, "attribute"); fields.MoveNext();)
        {
            // A single value that is written twice is the last one, as protobuf has it.
            switch (kind, fields.Number)
            {
                case (Kind.Float, 2):
                    last = Single(fields.Content);
                    break;
                case (Kind.Int, 3):
                    BinaryPrimitives.WriteUInt64BigEndian(last, fields.Value);
                    break;
                case (Kind.String, 4):
                    last = fields.Content.ToArray();
                    break;
                case (Kind.Tensor, 5):
                    last = Digest(fields.Content);
                    break;
                case (Kind.Graph, 6):
                    last = Digest(fields.Content, opsets, graph);
                    break;
                default:
                    AddTo(value, kind, fields, opsets, graph);
                    break;
            }
        }

        byte[] bytes = kind is Kind.Float or Kind.Int or Kind.String or Kind.Tensor or Kind.Graph ? last : value.ToArray();
        return (name, new DescriptorWriter().U8((int)kind).U32(bytes.Length).Write(bytes).ToArray());
    }

    private static void AddTo(DescriptorWriter value, Kind kind, ProtoFields fields, ImmutableSortedDictionary<string, long> opsets, GraphDescriber graph)
    {
        switch (kind, fields.Number)
        {
            case (Kind.Floats, 7):
                for (int i = 0; i + 4 <= fields.Content.Length; i += 4)
                {
                    value.Write(Single(fields.Content.Slice(i, 4)));
                }

                break;
            case (Kind.Ints, 8):
                List<long> numbers = [];
                fields.AddNumbers(numbers, int.MaxValue);
                numbers.ForEach(n => value.I64(n));
                break;
            case (Kind.Strings, 9):
                value.U32(fields.Content.Length).Write(fields.Content);
                break;
            case (Kind.Tensors, 10):
                value.Write(Digest(fields.Content));
                break;
            case (Kind.Graphs, 11):
                value.Write(Digest(fields.Content, opsets, graph));
                break;
        }
    }

    private static (string Name, Kind Kind) Head(ReadOnlySpan<byte> attribute)
    {
        string name = "", reference = "";
        ulong kind = 0;
        for (var fields = new ProtoFields(attribute, "attribute"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 1:
                    name = fields.Text(255);
                    break;
                case 20:
                    kind = fields.Value;
                    break;
                case 21:
                    reference = fields.Text();
                    break;
            }
        }

        if (kind is 0 or > (ulong)Kind.Graphs || reference.Length > 0)
        {
            throw new OnnxModelException($"The attribute '{name}' has type {kind}{(reference.Length > 0 ? $" and refers to '{reference}'" : "")}, expected 1 to {(int)Kind.Graphs}: numbers, texts, tensors or graphs.");
        }

        return (name, (Kind)kind);
    }

    private static byte[] Single(ReadOnlySpan<byte> little)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32LittleEndian(little));
        return bytes;
    }

    private static byte[] Digest(ReadOnlySpan<byte> tensor) => TensorDigest.Of(ModelTensor.Read(tensor).Tensor).ToArray();

    private static byte[] Digest(ReadOnlySpan<byte> body, ImmutableSortedDictionary<string, long> opsets, GraphDescriber outer) =>
        new ModelTree(new GraphDescriber(opsets, outer).Read(body)).Root.ToArray();
}
