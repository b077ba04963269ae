using System.Numerics;
using System.Runtime.InteropServices;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Comparison;

/// <summary>An ArgMax, ArgMin or TopK of a model whose scores are an output too, so that what was chosen can be held against them.</summary>
/// <remarks>
/// Where two honest machines' choices differ, the scores nearly tie. Places that are exactly the best of their own scores are right if
/// those scores are within tolerance: no score of the other machine's can be better by more than twice what scores may differ.
/// </remarks>
/// <param name="Scores">The output from which is chosen.</param>
/// <param name="Labels">The output with the places of the best.</param>
/// <param name="Axis">Along which dimension of the scores; negative from the end.</param>
/// <param name="Largest">Whether the best is the largest.</param>
public sealed record Choice(string Scores, string Labels, long Axis, bool Largest)
{
    /// <summary>Of TopK the name of the scores that it chose; null for ArgMax and ArgMin.</summary>
    public string? Values { get; init; }

    /// <summary>Whether the chosen come in the order of their scores.</summary>
    public bool Sorted { get; init; }

    /// <summary>Whether a result's choice says what an output must be.</summary>
    public bool Covers(string output) => output == Labels || output == Values;

    /// <summary>Whether a result names places of the best of its own scores, and their scores. Never where a score is NaN.</summary>
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
        var values = Values is null ? null : Find(outputs, Values);
        var axis = (int)(Axis < 0 ? Axis + scores.Dims.Length : Axis);
        if (axis < 0 || axis >= scores.Dims.Length || (values is not null && (values.Type != scores.Type || !values.Dims.AsSpan().SequenceEqual(labels.Dims))))
        {
            return false;
        }

        return scores.Type switch
        {
            ElementType.Float => Holds<float>(scores, labels, values, axis),
            ElementType.Double => Holds<double>(scores, labels, values, axis),
            ElementType.Float16 => Holds<Half>(scores, labels, values, axis),
            _ => false,
        };
    }

    /// <summary>Reads a node; null if it is none.</summary>
    internal static Choice? Read(NodeFields node, ReadOnlySpan<byte> message) => node switch
    {
        { Domain: "", Operator: "ArgMax" or "ArgMin", Inputs: [var scores], Outputs: [var labels] } =>
            new Choice(scores, labels, NodeFields.NumberIn(message, "axis", 0), node.Operator == "ArgMax"),
        { Domain: "", Operator: "TopK", Inputs: [var scores, _], Outputs: [var values, var labels] } =>
            new Choice(scores, labels, NodeFields.NumberIn(message, "axis", -1), NodeFields.NumberIn(message, "largest", 1) == 1)
            {
                Values = values.Length == 0 ? null : values, Sorted = NodeFields.NumberIn(message, "sorted", 1) == 1,
            },
        _ => null,
    };

    private static Tensor? Find(TensorMap outputs, string name) => outputs.Where(output => output.Key == name).Select(output => output.Value).FirstOrDefault();

    private bool Holds<T>(Tensor scores, Tensor labels, Tensor? values, int axis)
        where T : unmanaged, INumber<T>
    {
        var all = MemoryMarshal.Cast<byte, T>(scores.Data.Span);
        var places = MemoryMarshal.Cast<byte, long>(labels.Data.Span);
        var chosen = values is null ? [] : MemoryMarshal.Cast<byte, T>(values.Data.Span);
        var (length, inner) = ((int)scores.Dims[axis], TensorSize.Elements(scores.Dims.AsSpan(axis + 1)));
        var rows = all.Length / length;
        var count = places.Length / rows;
        if (count < 1 || count > length || places.Length != count * rows || (Values is null && count != 1))
        {
            return false;
        }

        var taken = new bool[length];
        for (var row = 0; row < rows; row++)
        {
            var (outer, within) = (row / inner, row % inner);
            Array.Clear(taken);
            if (!Holds(all[((outer * length * inner) + within)..], places[((outer * count * inner) + within)..], values is null ? [] : chosen[((outer * count * inner) + within)..], count, inner, taken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One row: every place is there and taken once, its value is its score, and nothing that was left is better than the worst taken.</summary>
    private bool Holds<T>(ReadOnlySpan<T> scores, ReadOnlySpan<long> places, ReadOnlySpan<T> values, int count, int step, bool[] taken)
        where T : unmanaged, INumber<T>
    {
        T worst = default, before = default;
        for (var i = 0; i < count; i++)
        {
            var place = places[i * step];
            if (place < 0 || place >= taken.Length || taken[place])
            {
                return false;
            }

            taken[place] = true;
            var score = scores[(int)place * step];
            if (T.IsNaN(score) || (!values.IsEmpty && values[i * step] != score) || (Sorted && i > 0 && !NotBetter(score, before)))
            {
                return false;
            }

            worst = i == 0 || NotBetter(score, worst) ? score : worst;
            before = score;
        }

        for (var k = 0; k < taken.Length; k++)
        {
            if (!taken[k] && !NotBetter(scores[k * step], worst))
            {
                return false;
            }
        }

        return true;
    }

    private bool NotBetter<T>(T score, T than)
        where T : unmanaged, INumber<T> => Largest ? score <= than : score >= than;
}
