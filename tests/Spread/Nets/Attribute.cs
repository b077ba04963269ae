using System.Buffers.Binary;
using Market.Onnx.Cutting;

namespace Market.Spread.Nets;

/// <summary>An attribute of a node (AttributeProto of onnx.proto).</summary>
internal static class Attribute
{
    private const int Float = 1, Text = 3;

    public static ProtoMessage Of(string name, long value) => ModelWriter.One(name, value);

    public static ProtoMessage Of(string name, string value) => new ProtoMessage().Text(1, name).Text(4, value).Number(20, Text);

    public static ProtoMessage Of(string name, params long[] values) => ModelWriter.Many(name, values);

    public static ProtoMessage OfFloat(string name, float value)
    {
        Span<byte> field = stackalloc byte[5];
        field[0] = (2 << 3) | 5; // field 2, 32 bits
        BinaryPrimitives.WriteSingleLittleEndian(field[1..], value);
        return new ProtoMessage().Text(1, name).Copy(field).Number(20, Float);
    }
}
