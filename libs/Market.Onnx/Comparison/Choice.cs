using System.Numerics;
using System.Runtime.InteropServices;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Comparison;

/// <summary>An ArgMax or ArgMin of a model whose scores are an output too, so that a label can be held against them.</summary>
/// <remarks>
/// Where two honest machines' labels differ, the scores nearly tie. A label that is exactly the best of its own scores is right if
/// those scores are within tolerance: no score of the other machine's can be better by more than twice what scores may differ.
/// </remarks>
/// <param name="Scores">The output from which is chosen.</param>
/// <param name="Labels">The output with the places of the best.</param>
/// <param name="Axis">Along which dimension of the scores; negative from the end.</param>
/// <param name="Largest">Whether the best is the largest.</param>
public sealed record Choice(string Scores, string Labels, long Axis, bool Largest)
{
    /// <summary>Whether every label of a result names a best one of its own scores. Never where a score is NaN.</summary>
    /// <param name="outputs">The result.</param>
    public bool Holds(TensorMap outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (Find(outputs, Scores) is not { } scores || Find(outputs, Labels) is not { Type: ElementType.Int64 } labels || scores.Data.IsEmpty)
        {
            return false;
        }

        TensorSize.Check(scores);
        TensorSize.Check(labels);
        var axis = Axis < 0 ? Axis + scores.Dims.Length : Axis;
        if (axis < 0 || axis >= scores.Dims.Length)
        {
            return false;
        }

        var length = (int)scores.Dims[axis];
        var inner = TensorSize.Elements(scores.Dims.AsSpan((int)axis + 1));
        var places = MemoryMarshal.Cast<byte, long>(labels.Data.Span);
        return places.Length == TensorSize.Elements(scores.Dims) / length && scores.Type switch
        {
            ElementType.Float => Holds(MemoryMarshal.Cast<byte, float>(scores.Data.Span), places, length, inner),
            ElementType.Double => Holds(MemoryMarshal.Cast<byte, double>(scores.Data.Span), places, length, inner),
            ElementType.Float16 => Holds(MemoryMarshal.Cast<byte, Half>(scores.Data.Span), places, length, inner),
            _ => false,
        };
    }

    /// <summary>Reads a node; null if it is none.</summary>
    internal static Choice? Read(NodeFields node, ReadOnlySpan<byte> message)
    {
        if (node is not { Domain: "", Operator: "ArgMax" or "ArgMin", Inputs: [var scores], Outputs: [var labels] })
        {
            return null;
        }

        return new Choice(scores, labels, NodeFields.NumberIn(message, "axis"), node.Operator == "ArgMax");
    }

    private static Tensor? Find(TensorMap outputs, string name) => outputs.Where(output => output.Key == name).Select(output => output.Value).FirstOrDefault();

    private bool Holds<T>(ReadOnlySpan<T> scores, ReadOnlySpan<long> labels, int length, int inner)
        where T : INumber<T>
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= length)
            {
                return false;
            }

            var first = (i / inner * length * inner) + (i % inner);
            T chosen = scores[first + ((int)labels[i] * inner)];
            for (var k = 0; k < length; k++)
            {
                T other = scores[first + (k * inner)];
                if (!(Largest ? chosen >= other : chosen <= other))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
