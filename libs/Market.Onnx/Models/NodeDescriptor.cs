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
        string type = "", domain = "", overload = "";
        List<string> inputs = [], outputs = [];
        SortedDictionary<string, byte[]> attributes = new(Utf8Order.Instance);
        for (var fields = new ProtoFields(node, "node"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 1:
                    inputs.Add(fields.Text());
                    break;
                case 2:
                    outputs.Add(fields.Text());
                    break;
                case 4:
                    type = fields.Text(256);
                    break;
                case 5:
                    Add(attributes, AttributeValue.Read(fields.Content, opsets, graph), type);
                    break;
                case 7:
                    domain = fields.Text(256);
                    break;
                case 8:
                    overload = fields.Text(256);
                    break;
            }
        }

        domain = domain == "ai.onnx" ? "" : domain;
        if (overload.Length > 0)
        {
            throw new OnnxModelException($"Node {index} ({type}) names the overload '{overload}' of a function, expected operators that the runtime brings with it.");
        }

        long opset = opsets.TryGetValue(domain, out long version) ? version : throw new OnnxModelException($"Node {index} ({type}) is of the domain '{domain}', for which the model states no version.");
        return (Write(index, domain, type, opset, [.. inputs.Select(i => i.Length == 0 ? default : graph.SourceOf(i))], outputs, attributes), outputs);
    }

    private static byte[] Write(int index, string domain, string type, long opset, List<ValueSource> inputs, List<string> outputs, SortedDictionary<string, byte[]> attributes)
    {
        DescriptorWriter writer = new DescriptorWriter().U8(0x10).U32(index).Text8(domain).Text8(type).I64(opset).U16(inputs.Count, "inputs");
        inputs.ForEach(source => writer.Write(source));
        writer.U16(outputs.Count, "outputs");
        outputs.ForEach(name => writer.U8(name.Length > 0 ? 1 : 0));
        writer.U16(attributes.Count, "attributes");
        foreach ((string name, byte[] value) in attributes)
        {
            writer.Text8(name).Write(value);
        }

        return writer.ToArray();
    }

    private static void Add(SortedDictionary<string, byte[]> attributes, (string Name, byte[] Value) attribute, string type)
    {
        if (!attributes.TryAdd(attribute.Name, attribute.Value))
        {
            throw new OnnxModelException($"A node ({type}) has the attribute '{attribute.Name}' twice.");
        }
    }
}
