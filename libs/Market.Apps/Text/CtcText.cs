using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Market.Onnx.Tensors;

namespace Market.Apps.Text;

/// <summary>Reads the recognition model's answer: the likeliest character at each step, repeats merged, blanks dropped (greedy CTC).</summary>
public sealed class CtcText
{
    private readonly string[] _characters;

    /// <param name="dictionary">The model's character list: a line each. Class 0 is the blank, the class after the last line a space.</param>
    public CtcText(string dictionary) => _characters = ["", .. File.ReadAllLines(dictionary), " "];

    /// <summary>The text, and how sure the model is of it: the mean of its characters' probabilities, 0 where there is none.</summary>
    /// <param name="outputs">The first is float32 [1, steps, classes].</param>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public (string Text, float Score) Read(TensorMap outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs is not [{ Value: { Type: ElementType.Float, Dims: [1, var steps, var classes] } answer }, ..] || classes != _characters.Length)
        {
            throw new InvalidDataException($"The model gave {string.Join(", ", outputs.Select(o => $"'{o.Key}', {o.Value.Type} [{string.Join(", ", o.Value.Dims)}]"))}; expected Float [1, steps, {_characters.Length}].");
        }

        TensorSize.Check(answer);
        return Read(MemoryMarshal.Cast<byte, float>(answer.Data.Span), (int)steps, (int)classes);
    }

    private (string Text, float Score) Read(ReadOnlySpan<float> scores, int steps, int classes)
    {
        var text = new StringBuilder();
        var (previous, sum, count) = (0, 0f, 0);
        for (var step = 0; step < steps; step++)
        {
            var at = scores.Slice(step * classes, classes);
            var best = TensorPrimitives.IndexOfMax(at);
            if (best != previous && best > 0)
            {
                text.Append(_characters[best]);
                sum += at[best];
                count++;
            }

            previous = best;
        }

        return (text.ToString().Trim(), count == 0 ? 0 : sum / count);
    }
}
