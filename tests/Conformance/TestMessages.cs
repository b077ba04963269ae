using System.Buffers.Binary;
using Google.Protobuf;
using Market.Onnx.Tensors;

namespace Market.Conformance;

/// <summary>An input or output that a test's model declares; of type 0 if it is no dense tensor.</summary>
internal sealed record DeclaredValue(string Name, ElementType Type)
{
    public bool IsTensor => Type != 0;

    /// <summary>The tensor of a test's file: bfloat16 is in them as uint16.</summary>
    public Tensor Typed(Tensor tensor) =>
        Type == ElementType.BFloat16 && tensor.Type == ElementType.UInt16 ? tensor with { Type = Type } : tensor;
}

/// <summary>Reads what a test needs of <c>.onnx</c> and <c>.pb</c> files, independently of the library under test (onnx.proto).</summary>
internal static class TestMessages
{
    public static (List<DeclaredValue> Inputs, List<DeclaredValue> Outputs) Declared(byte[] model)
    {
        var graph = Fields(model).Last(field => field.Number == 7).Bytes;
        var fields = Fields(graph);
        return ([.. fields.Where(field => field.Number == 11).Select(field => Value(field.Bytes))],
            [.. fields.Where(field => field.Number == 12).Select(field => Value(field.Bytes))]);
    }

    public static Tensor Tensor(byte[] message)
    {
        var fields = Fields(message);
        var type = (ElementType)fields.Last(field => field.Number == 2).Integer;
        var dims = fields.Where(field => field.Number == 1).SelectMany(Integers).ToArray();
        var raw = fields.LastOrDefault(field => field.Number == 9);
        return new Tensor(type, dims, raw.Number == 9 ? raw.Bytes : Typed(type, fields));
    }

    // Without raw_data the elements are in a field by type: float_data, int32_data, string_data, int64_data, double_data, uint64_data.
    private static byte[] Typed(ElementType type, List<Field> fields)
    {
        using var payload = new MemoryStream();
        foreach (var field in fields)
        {
            switch (field.Number)
            {
                case 4 or 10:
                    payload.Write(field.Bytes);
                    break;
                case 6:
                    var length = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(length, field.Bytes.Length);
                    payload.Write(length);
                    payload.Write(field.Bytes);
                    break;
                case 5 or 7 or 11:
                    foreach (var value in Integers(field))
                    {
                        payload.Write(BitConverter.GetBytes(value).AsSpan(0, Size(type)));
                    }

                    break;
            }
        }

        return payload.ToArray();
    }

    private static int Size(ElementType type) => type switch
    {
        ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        _ => 1,
    };

    private static DeclaredValue Value(byte[] message)
    {
        var fields = Fields(message);
        var name = System.Text.Encoding.UTF8.GetString(fields.Last(field => field.Number == 1).Bytes);
        var tensor = fields.LastOrDefault(field => field.Number == 2).Bytes is { } type
            ? Fields(type).LastOrDefault(field => field.Number == 1).Bytes
            : null;
        var element = tensor is null ? default : Fields(tensor).LastOrDefault(field => field.Number == 1);
        return new DeclaredValue(name, (ElementType)element.Integer);
    }

    private static IEnumerable<long> Integers(Field field)
    {
        if (field.Bytes is null)
        {
            yield return field.Integer;
            yield break;
        }

        var input = new CodedInputStream(field.Bytes);
        while (!input.IsAtEnd)
        {
            yield return input.ReadInt64();
        }
    }

    private static List<Field> Fields(byte[] message)
    {
        var fields = new List<Field>();
        var input = new CodedInputStream(message);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    fields.Add(new Field(number, input.ReadInt64(), null!));
                    break;
                case WireFormat.WireType.LengthDelimited:
                    fields.Add(new Field(number, 0, input.ReadBytes().ToByteArray()));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return fields;
    }

    private readonly record struct Field(int Number, long Integer, byte[] Bytes);
}
