using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Market.Onnx.Digests;
using Market.Onnx.Reading;

namespace Market.Onnx.Models;

/// <summary>Writes big-endian fields one after another.</summary>
internal sealed class DescriptorWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public DescriptorWriter U8(int value) => Write([checked((byte)value)]);

    public DescriptorWriter U16(int value, string what)
    {
        if (value > ushort.MaxValue)
        {
            throw new OnnxModelException($"A node has {value} {what}, expected at most {ushort.MaxValue}.");
        }

        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(2), (ushort)value);
        _bytes.Advance(2);
        return this;
    }

    public DescriptorWriter U32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public DescriptorWriter I64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public DescriptorWriter Write(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public DescriptorWriter Write(Digest digest) => Write(digest.ToArray());

    public DescriptorWriter Write(ValueSource source)
    {
        source.CopyTo(_bytes.GetSpan(ValueSource.Size));
        _bytes.Advance(ValueSource.Size);
        return this;
    }

    /// <summary>u8 length ‖ UTF-8.</summary>
    public DescriptorWriter Text8(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= byte.MaxValue ? U8(bytes.Length).Write(bytes) : throw new OnnxModelException($"The name '{text}' has {bytes.Length} bytes, expected at most {byte.MaxValue}.");
    }

    /// <summary>u32 length ‖ UTF-8.</summary>
    public DescriptorWriter Text32(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return U32(bytes.Length).Write(bytes);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
