using System.Text;

namespace Market.Demo.Recognition;

/// <summary>Reads the model's answer: the likeliest character at each step, repeats merged, blanks dropped (greedy CTC).</summary>
internal sealed class CtcText
{
    private readonly string[] _characters;

    /// <param name="dictionary">The model's character list: a line each. Class 0 is the blank, the class after the last line a space.</param>
    public CtcText(string dictionary) => _characters = ["", .. File.ReadAllLines(dictionary), " "];

    /// <param name="scores">float32 [1, steps, classes].</param>
    public string Read(ReadOnlySpan<float> scores, int steps, int classes)
    {
        if (classes != _characters.Length || scores.Length != (long)steps * classes)
        {
            throw new InvalidDataException($"The answer has {scores.Length} scores in {classes} classes; expected {steps} × {_characters.Length}.");
        }

        var text = new StringBuilder();
        int previous = 0;
        for (int step = 0; step < steps; step++)
        {
            int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores.Slice(step * classes, classes));
            if (best != previous)
            {
                text.Append(_characters[best]);
            }

            previous = best;
        }

        return text.ToString().Trim();
    }
}
