using System.Collections.Immutable;
using Market.Onnx.Digests;

namespace Market.Onnx.Models;

/// <summary>The parts of a graph, and the leaves that they make.</summary>
internal sealed record GraphParts(
    ImmutableArray<ReadOnlyMemory<byte>> Nodes,
    ImmutableArray<Digest> Initializers,
    ImmutableArray<string> Inputs,
    ImmutableArray<(ValueSource Source, string Name)> Outputs)
{
    public Digest[] Leaves() =>
    [
        .. Nodes.Select(n => Sha256.Hash(n.Span)),
        .. Initializers.Select((digest, i) => Leaf(0x11, i, w => w.Write(digest))),
        .. Inputs.Select((name, i) => Leaf(0x14, i, w => w.Text32(name))),
        .. Outputs.Select((o, i) => Leaf(0x13, i, w => w.Write(o.Source).Text32(o.Name))),
    ];

    public byte[] Header(Digest tree) => new DescriptorWriter().U8(0x12)
        .U32(Nodes.Length).U32(Initializers.Length).U32(Inputs.Length).U32(Outputs.Length).Write(tree).ToArray();

    private static Digest Leaf(byte domain, int index, Func<DescriptorWriter, DescriptorWriter> write) =>
        Sha256.Hash(write(new DescriptorWriter().U8(domain).U32(index)).ToArray());
}
