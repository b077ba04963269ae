using System.Runtime.InteropServices;
using Market.Demo.TextLines;
using Market.Onnx.Tensors;

namespace Market.Demo.Recognition;

/// <summary>Between pictures of lines, the model's tensors, and text.</summary>
internal sealed class Recognizer(string dictionary)
{
    private readonly CtcText _ctc = new(dictionary);

    /// <summary>The model's input for a line.</summary>
    public static TensorMap InputsOf(TextLine line)
    {
        var (values, width) = LineTensor.FromPicture(line.Name, line.Png);
        return [KeyValuePair.Create("x", new Tensor(ElementType.Float, [1, 3, LineTensor.Height, width], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()))];
    }

    /// <summary>The text in the model's outputs.</summary>
    public string TextOf(TensorMap outputs)
    {
        var scores = outputs[0].Value;
        return scores.Dims is [1, var steps, var classes]
            ? _ctc.Read(MemoryMarshal.Cast<byte, float>(scores.Data.Span), (int)steps, (int)classes)
            : throw new InvalidDataException($"Output '{outputs[0].Key}' has dimensions {string.Join('×', scores.Dims)}, expected 1×steps×characters.");
    }
}
