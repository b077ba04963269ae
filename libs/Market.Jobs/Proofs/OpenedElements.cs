using Market.Onnx.Models;

namespace Market.Jobs.Proofs;

/// <summary>Which judge a contract has for an operator, and which elements of its inputs that judge needs for one of its output.</summary>
public static class OpenedElements
{
    private static readonly string[] Reshapings = ["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];
    private static readonly string[] Copies = [.. Reshapings, "Transpose", "Concat", "Gather", "Slice"];
    private static readonly string[] Exact = ["Add", "Sub", "Mul", "Div", "Sqrt", "Relu", "Min", "Max"];
    private static readonly string[] Sums = ["MatMul", "Gemm", "Conv"];

    /// <summary>The judge's number in the arbiter; null where there is none for the operator.</summary>
    public static byte? JudgeOf(NodeParts node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Domain.Length > 0 ? null
            : Copies.Contains(node.Operator) ? (byte)0
            : Exact.Contains(node.Operator) ? (byte)1
            : Sums.Contains(node.Operator) ? (byte)2
            : null;
    }

    /// <summary>Whether every machine gives the operator's result to the bit.</summary>
    public static bool IsExact(byte judge) => judge < 2;

    /// <summary>The places of an input's elements; null for all of them.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="inputs">Its inputs' dimensions.</param>
    /// <param name="input">Which input.</param>
    /// <param name="output">The dimensions of its output.</param>
    /// <param name="index">The element of the output.</param>
    public static IEnumerable<long>? Of(NodeParts node, IReadOnlyList<long[]> inputs, int input, long[] output, long index)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        if (Reshapings.Contains(node.Operator))
        {
            return input == 0 ? [] : null;
        }

        return Exact.Contains(node.Operator) ? Broadcast(inputs[input], output, index)
            : node.Operator == "Gemm" ? OfGemm(node, inputs, input, output, index)
            : node.Operator == "MatMul" && inputs.All(dims => dims.Length == 2) ? OfProduct(inputs, input, index, false, false)
            : null;
    }

    private static IEnumerable<long>? OfGemm(NodeParts node, IReadOnlyList<long[]> inputs, int input, long[] output, long index) => input < 2
        ? OfProduct(inputs, input, index, node.Integer("transA", 0) != 0, node.Integer("transB", 0) != 0)
        : Broadcast(inputs[2], output, index);

    private static IEnumerable<long> OfProduct(IReadOnlyList<long[]> inputs, int input, long index, bool turnA, bool turnB)
    {
        var (a, b) = (inputs[0], inputs[1]);
        var (rows, sum, columns) = (turnA ? a[1] : a[0], turnA ? a[0] : a[1], turnB ? b[0] : b[1]);
        var (row, column) = (index / columns, index % columns);
        return Range(sum, k => input == 0 ? turnA ? (k * rows) + row : (row * sum) + k : turnB ? (column * sum) + k : (k * columns) + column);
    }

    private static IEnumerable<long> Broadcast(long[] dims, long[] output, long index)
    {
        if (dims.Length > output.Length || dims.Contains(0) || output.Contains(0))
        {
            return []; // another shape than the operator gives: that is judged without an element
        }

        var (place, step) = (0L, 1L);
        for (var axis = 1; axis <= output.Length; axis++)
        {
            var at = index % output[^axis];
            index /= output[^axis];
            if (axis <= dims.Length)
            {
                place += dims[^axis] == 1 ? 0 : Math.Min(at, dims[^axis] - 1) * step;
                step *= dims[^axis];
            }
        }

        return [place];
    }

    private static IEnumerable<long> Range(long count, Func<long, long> place)
    {
        for (long k = 0; k < count; k++)
        {
            yield return place(k);
        }
    }
}
