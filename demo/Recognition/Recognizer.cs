using Market.Apps.Text;
using Market.Onnx.Tensors;
using TextLine = Market.Demo.TextLines.TextLine;

namespace Market.Demo.Recognition;

/// <summary>Between pictures of lines, the model's tensors, and text.</summary>
internal sealed class Recognizer(string dictionary)
{
    private readonly CtcText _ctc = new(dictionary);

    /// <summary>The model's input for a line.</summary>
    public static TensorMap InputsOf(TextLine line) => LineTensor.Of(LinePicture.Decode(line.Name, line.Png));

    /// <summary>The text in the model's outputs.</summary>
    public string TextOf(TensorMap outputs) => _ctc.Read(outputs).Text;
}
