using System.Collections.Immutable;
using Market.Onnx.Reading;

namespace Market.Onnx.Models;

/// <summary>
/// A node's canonical bytes: 10 ‖ u32 index ‖ u8 length ‖ domain ‖ u8 length ‖ operator ‖ u64 opset ‖ u16 inputs × source ‖
/// u16 outputs × u8 present ‖ u16 attributes × (u8 length ‖ name ‖ u8 type ‖ u32 length ‖ value), sorted by the names' bytes.
/// </summary>
internal static class NodeDescriptor
{
    public static (byte[] Descriptor, List<string> Outputs) Read(ReadOnlySpan<byte> node, int index, ImmutableSortedDictionary<string, long> opsets, GraphDescriber graph)
    {
        NodeFields read = NodeFields.Read(node);
        if (read.Overload.Length > 0)
        {
            throw new OnnxModelException($"Node {index} ({read.Operator}) names the overload '{read.Overload}' of a function, expected operators that the runtime brings with it.");
        }

        SortedDictionary<string, byte[]> attributes = new(Utf8Order.Instance);
        for (var fields = new ProtoFields(node, "node"); fields.MoveTo(NodeFields.Attribute);)
        {
            var (name, value) = AttributeValue.Read(fields.Content, opsets, graph);
            if (!attributes.TryAdd(name, value))
            {
                throw new OnnxModelException($"Node {index} ({read.Operator}) has the attribute '{name}' twice.");
            }
        }

        long opset = opsets.TryGetValue(read.Domain, out long version) ? version : throw new OnnxModelException($"Node {index} ({read.Operator}) is of the domain '{read.Domain}', for which the model states no version.");
        return (Write(index, read, opset, [.. read.Inputs.Select(i => i.Length == 0 ? default : graph.SourceOf(i))], attributes), read.Outputs);
    }

    private static byte[] Write(int index, NodeFields node, long opset, List<ValueSource> inputs, SortedDictionary<string, byte[]> attributes)
    {
        DescriptorWriter writer = new DescriptorWriter().U8(0x10).U32(index).Text8(node.Domain).Text8(node.Operator).I64(opset).U16(inputs.Count, "inputs");
        inputs.ForEach(source => writer.Write(source));
        writer.U16(node.Outputs.Count, "outputs");
        node.Outputs.ForEach(name => writer.U8(name.Length > 0 ? 1 : 0));
        writer.U16(attributes.Count, "attributes");
        foreach ((string name, byte[] value) in attributes)
        {
            writer.Text8(name).Write(value);
        }

        return writer.ToArray();
    }
}
