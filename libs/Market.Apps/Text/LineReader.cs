using Market.Onnx.Tensors;

namespace Market.Apps.Text;

/// <summary>Hands out the recognition model's answers in the order of the boxes that they belong to.</summary>
/// <param name="ctc">Reads an answer.</param>
/// <param name="answers">The model's outputs, line by line over all pictures; null where it gave none.</param>
/// <param name="leastScore">Lines of which the model is less sure are left out.</param>
internal sealed class LineReader(CtcText ctc, IReadOnlyList<TensorMap?> answers, float leastScore)
{
    private int _next;

    /// <summary>The lines of the next picture.</summary>
    /// <exception cref="AppException">There are fewer answers than boxes, or one is not the model's.</exception>
    public IReadOnlyList<TextLine> Take(string file, Picture picture, IReadOnlyList<TextBox> boxes)
    {
        var scale = ((double)picture.ShownWidth / picture.Width, (double)picture.ShownHeight / picture.Height);
        if (_next + boxes.Count > answers.Count)
        {
            throw new AppException(file, $"{answers.Count - _next} lines were read, expected {boxes.Count}.");
        }

        var lines = boxes.Select(box => ReadLine(file, answers[_next++], box, scale)).ToList();
        return [.. lines.Where(line => line.Text.Length > 0 && line.Score >= leastScore)];
    }

    private TextLine ReadLine(string file, TensorMap? answer, TextBox box, (double X, double Y) scale)
    {
        try
        {
            var (text, score) = answer is null ? ("", 0) : ctc.Read(answer);
            return new TextLine(text, score, [.. box.Corners.Select((at, i) => Math.Round(at * (i % 2 == 0 ? scale.X : scale.Y), 1))]);
        }
        catch (Exception e) when (e is InvalidDataException or TensorException)
        {
            throw new AppException(file, e.Message, e);
        }
    }
}
