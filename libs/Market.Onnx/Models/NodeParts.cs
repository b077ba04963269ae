using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Market.Onnx.Models;

/// <summary>A node's descriptor, read back.</summary>
public sealed class NodeParts
{
    private readonly ReadOnlyMemory<byte> _attributes;

    private NodeParts(string domain, string name, ImmutableArray<ValueSource> sources, int outputs, ReadOnlyMemory<byte> attributes)
    {
        (Domain, Operator, Sources, Outputs) = (domain, name, sources, outputs);
        _attributes = attributes;
    }

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>The operator.</summary>
    public string Operator { get; }

    /// <summary>Where each input comes from.</summary>
    public ImmutableArray<ValueSource> Sources { get; }

    /// <summary>How many outputs it has, absent ones included.</summary>
    public int Outputs { get; }

    /// <summary>Reads a descriptor that <see cref="ModelTree"/> made.</summary>
    public static NodeParts Read(ReadOnlyMemory<byte> descriptor)
    {
        var at = 5;
        string Text()
        {
            var length = descriptor.Span[at];
            var text = Encoding.UTF8.GetString(descriptor.Span.Slice(at + 1, length));
            at += 1 + length;
            return text;
        }

        var (domain, name) = (Text(), Text());
        at += 8;
        var sources = new ValueSource[BinaryPrimitives.ReadUInt16BigEndian(descriptor.Span[at..])];
        at += 2;
        for (var i = 0; i < sources.Length; i++, at += ValueSource.Size)
        {
            sources[i] = ValueSource.Read(descriptor.Span[at..]);
        }

        var outputs = BinaryPrimitives.ReadUInt16BigEndian(descriptor.Span[at..]);
        return new NodeParts(domain, name, [.. sources], outputs, descriptor[(at + 2 + outputs)..]);
    }

    /// <summary>An INT attribute, or what stands for it where it is absent.</summary>
    public long Integer(string name, long absent)
    {
        var rest = _attributes.Span[2..];
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(_attributes.Span); left > 0; left--)
        {
            var length = rest[0];
            var value = rest[(6 + length)..];
            if (rest[1 + length] == 2 && Encoding.UTF8.GetString(rest.Slice(1, length)) == name)
            {
                return BinaryPrimitives.ReadInt64BigEndian(value);
            }

            rest = value[BinaryPrimitives.ReadInt32BigEndian(rest[(2 + length)..])..];
        }

        return absent;
    }
}
