using Google.Protobuf;

namespace Market.Demo.Cheats;

/// <summary>Rounds every float32 weight of an ONNX file to 16 bits, in place.</summary>
internal static class RoundedModel
{
    /// <summary>Fields that lead to tensors: a model's graph; a graph's nodes and initializers; a node's attributes; an attribute's tensor.</summary>
    private static readonly Dictionary<(string Message, int Field), string> Ways = new()
    {
        [("model", 7)] = "graph",
        [("graph", 1)] = "node",
        [("graph", 5)] = "tensor",
        [("node", 5)] = "attribute",
        [("attribute", 5)] = "tensor",
    };

    /// <summary>Writes the rounded model beside the original and returns its path.</summary>
    public static string Write(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Walk(bytes, "model");
        var rounded = Path.Combine(Directory.CreateDirectory(path + ".rounded").FullName, "model.onnx");
        File.WriteAllBytes(rounded, bytes);
        return rounded;
    }

    private static void Walk(Span<byte> message, string kind)
    {
        var type = 0;
        var (rawAt, rawLength) = (0, 0);
        for (var at = 0; at < message.Length;)
        {
            var tag = (uint)ReadVarint(message, ref at);
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    var value = ReadVarint(message, ref at);
                    type = kind == "tensor" && field == 2 ? (int)value : type;
                    break;
                case WireFormat.WireType.Fixed32:
                    at += 4;
                    break;
                case WireFormat.WireType.Fixed64:
                    at += 8;
                    break;
                case WireFormat.WireType.LengthDelimited:
                    var length = checked((int)ReadVarint(message, ref at));
                    if (Ways.TryGetValue((kind, field), out var inner))
                    {
                        Walk(message.Slice(at, length), inner);
                    }
                    else if (kind == "tensor" && field == 9)
                    {
                        (rawAt, rawLength) = (at, length);
                    }

                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"Field {field} of a {kind} has a wire type that ONNX files do not use.");
            }
        }

        if (kind == "tensor" && type == 1)
        {
            Round(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(message.Slice(rawAt, rawLength)));
        }
    }

    private static void Round(Span<float> weights)
    {
        foreach (ref var weight in weights)
        {
            weight = (float)(Half)weight;
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
