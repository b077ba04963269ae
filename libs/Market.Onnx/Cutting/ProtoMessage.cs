using System.Buffers;
using System.Text;

namespace Market.Onnx.Cutting;

/// <summary>Writes one protobuf message field by field; what is copied from another message stays as it was. https://protobuf.dev/programming-guides/encoding</summary>
internal sealed class ProtoMessage(int capacity = 256)
{
    private const uint VarintType = 0;
    private const uint DelimitedType = 2;
    private readonly ArrayBufferWriter<byte> _bytes = new(capacity);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds whole fields as they stand in another message.</summary>
    public ProtoMessage Copy(ReadOnlySpan<byte> fields)
    {
        _bytes.Write(fields);
        return this;
    }

    /// <summary>Adds a varint field.</summary>
    public ProtoMessage Number(int field, long value)
    {
        Varint(((uint)field << 3) | VarintType);
        Varint((ulong)value);
        return this;
    }

    /// <summary>Adds a text field.</summary>
    public ProtoMessage Text(int field, string text) => Content(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a message field.</summary>
    public ProtoMessage Message(int field, ProtoMessage message) => Content(field, message.Bytes);

    /// <summary>Adds a length-delimited field whose content has two parts.</summary>
    public ProtoMessage Content(int field, ReadOnlySpan<byte> content, ReadOnlySpan<byte> more = default)
    {
        Varint(((uint)field << 3) | DelimitedType);
        Varint((ulong)content.Length + (ulong)more.Length);
        _bytes.Write(content);
        _bytes.Write(more);
        return this;
    }

    private void Varint(ulong value)
    {
        Span<byte> bytes = _bytes.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
