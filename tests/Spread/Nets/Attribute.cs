using System.Buffers.Binary;
using Market.Onnx.Cutting;

namespace Market.Spread.Nets;

/// <summary>An attribute of a node (AttributeProto of onnx.proto).</summary>
internal static class Attribute
{
    private const int Float = 1, Int = 2, Text = 3, Ints = 7;

    public static ProtoMessage Of(string name, long value) => new ProtoMessage().Text(1, name).Number(3, value).Number(20, Int);

    public static ProtoMessage Of(string name, string value) => new ProtoMessage().Text(1, name).Text(4, value).Number(20, Text);

    public static ProtoMessage Of(string name, params long[] values)
    {
        var attribute = new ProtoMessage().Text(1, name);
        Array.ForEach(values, value => attribute.Number(8, value));
        return attribute.Number(20, Ints);
    }

    public static ProtoMessage OfFloat(string name, float value)
    {
        Span<byte> field = stackalloc byte[5];
        field[0] = (2 << 3) | 5; // field 2, 32 bits
        BinaryPrimitives.WriteSingleLittleEndian(field[1..], value);
        return new ProtoMessage().Text(1, name).Copy(field).Number(20, Float);
    }
}
