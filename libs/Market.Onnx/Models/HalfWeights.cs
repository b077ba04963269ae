using System.Runtime.InteropServices;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Models;

/// <summary>A model whose 32-bit weights are rounded to 16 bits: what the cheapest cheat would run in its place.</summary>
public static class HalfWeights
{
    /// <summary>The rounded model. What is beyond 16 bits' largest number stays as it is.</summary>
    /// <param name="file">An ONNX file that <see cref="ModelReader"/> takes.</param>
    public static byte[] Of(ReadOnlySpan<byte> file)
    {
        byte[] rounded = file.ToArray();
        Walk(rounded, "model");
        return rounded;
    }

    private static void Walk(Span<byte> message, string kind)
    {
        ulong type = 0;
        Span<byte> raw = default;
        for (var fields = new ProtoFields(message, kind); fields.MoveNext();)
        {
            Span<byte> content = message[(fields.End - fields.Content.Length)..fields.End];
            if (fields.IsDelimited && TensorFields.Ways.TryGetValue((kind, fields.Number), out string? inner))
            {
                Walk(content, inner);
            }
            else if (kind == "tensor" && fields.Number == 2)
            {
                type = fields.Value;
            }
            else if (kind == "tensor" && fields.Number is 4 or 9 && !fields.Content.IsEmpty)
            {
                raw = content;
            }
        }

        if (type == (ulong)ElementType.Float)
        {
            foreach (ref float weight in MemoryMarshal.Cast<byte, float>(raw))
            {
                weight = (float)(Half)weight is var rounded && float.IsFinite(rounded) ? rounded : weight;
            }
        }
    }
}
