using System.Buffers;
using System.Buffers.Binary;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Models;

/// <summary>Reads a tensor that lies in a model's file, whichever of the fields of <c>TensorProto</c> its values are in.</summary>
internal static class ModelTensor
{
    private const int FloatData = 4;
    private const int Int32Data = 5;
    private const int StringData = 6;
    private const int Int64Data = 7;
    private const int DoubleData = 10;
    private const int UInt64Data = 11;

    public static (string Name, Tensor Tensor) Read(ReadOnlySpan<byte> proto)
    {
        var (name, type, dims, raw) = TensorFields.Read(proto);
        var tensor = new Tensor(type, [.. dims], raw is { } place ? proto[place].ToArray() : Values(proto, type));
        try
        {
            TensorSize.Check(tensor);
        }
        catch (TensorException e)
        {
            throw new OnnxModelException($"Tensor '{name}': {e.Message}", e);
        }

        return (name, tensor);
    }

    /// <summary>The values of the field that a type's values lie in, as the runtime holds them: https://onnx.ai/onnx/repo-docs/IR.html, TensorProto.</summary>
    private static byte[] Values(ReadOnlySpan<byte> proto, ElementType type)
    {
        int field = FieldOf(type);
        var bytes = new ArrayBufferWriter<byte>();
        for (var fields = new ProtoFields(proto, "tensor"); fields.MoveNext();)
        {
            if (fields.Number != field)
            {
                continue;
            }

            switch (field)
            {
                case FloatData or DoubleData:
                    bytes.Write(fields.Content);
                    break;
                case StringData:
                    BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(4), fields.Content.Length);
                    bytes.Advance(4);
                    bytes.Write(fields.Content);
                    break;
                default:
                    List<long> numbers = [];
                    fields.AddNumbers(numbers, int.MaxValue);
                    AddIntegers(bytes, numbers, Math.Max(1, TensorSize.Bits(type) / 8));
                    break;
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static int FieldOf(ElementType type) => type switch
    {
        ElementType.Float or ElementType.Complex64 => FloatData,
        ElementType.Double or ElementType.Complex128 => DoubleData,
        ElementType.String => StringData,
        ElementType.Int64 => Int64Data,
        ElementType.UInt32 or ElementType.UInt64 => UInt64Data,
        _ => Int32Data,
    };

    /// <summary>What is narrower than its field is the low bytes; of 4-bit types, a field holds two.</summary>
    private static void AddIntegers(ArrayBufferWriter<byte> bytes, List<long> numbers, int width)
    {
        Span<byte> word = stackalloc byte[8];
        foreach (long number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(word, number);
            bytes.Write(word[..width]);
        }
    }
}
