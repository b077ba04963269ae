using System.Buffers;
using System.Text;

namespace Market.Libp2p.Wire;

/// <summary>Writes protobuf fields in the order of the calls, which makes the encoding deterministic.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    internal ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    internal ProtoWriter Number(int field, ulong value)
    {
        Put((ulong)field << 3);
        Put(value);
        return this;
    }

    internal ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Put(((ulong)field << 3) | 2);
        Put((ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    internal ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private void Put(ulong value)
    {
        var span = _buffer.GetSpan(10);
        _buffer.Advance(Varint.Write(span, value));
    }
}
