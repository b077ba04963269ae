using System.Runtime.InteropServices;
using Market.Onnx.Cutting;
using Market.Onnx.Tensors;
using static Market.Onnx.Cutting.ModelWriter;

namespace Market.Demo.Disputes;

/// <summary>A model that runs in a blink, and tasks for it.</summary>
/// <param name="Model">The ONNX file.</param>
/// <param name="Width">How many numbers a task has.</param>
internal sealed record SmallJob(byte[] Model, int Width)
{
    private const int Tasks = 4;
    private const int Rows = 24;

    /// <summary>Four operators: one of each kind that contracts judge (a sum, an exact one, a copy), and one that they leave to a committee.</summary>
    public static SmallJob Layers { get; } = new(Write(
        16,
        [
            Operation("Gemm", ["x", "w", "b"], "sums", One("transB", 1)), Operation("Relu", ["sums"], "positive"),
            Operation("Reshape", ["positive", "shape"], "rows"), Operation("Softmax", ["rows"], "y"),
        ],
        ["y"]), 16);

    /// <summary>Labels and the scores that they were chosen from.</summary>
    public static SmallJob Ties { get; } = OfTies([], "scores", "labels");

    /// <summary>Labels alone.</summary>
    public static SmallJob HiddenTies { get; } = OfTies([], "labels");

    /// <summary>Numbers that depend on labels.</summary>
    public static SmallJob NumbersBehindTies { get; } = OfTies([Operation("Cast", ["labels"], "numbers", One("to", (int)ElementType.Float))], "numbers");

    /// <summary>The inputs of all tasks.</summary>
    public IReadOnlyList<TensorMap> Inputs => [.. Enumerable.Range(1, Tasks).Select(seed => new TensorMap { new("x", Numbers(seed, 1, Width)) })];

    /// <summary>
    /// Scores x·(1 + erf(x/√2))/2, written in two ways: equal in real numbers, so that rounding alone decides between each two; and a
    /// runtime that optimizes rounds the first in another way.
    /// </summary>
    private static SmallJob OfTies(ProtoMessage[] more, params string[] outputs) => new(Write(
        512,
        [
            Operation("Div", ["x", "root"], "scaled"), Operation("Erf", ["scaled"], "erf"), Operation("Add", ["erf", "one"], "raised"), Operation("Mul", ["x", "raised"], "doubled"),
            Operation("Mul", ["doubled", "half"], "first"), Operation("Mul", ["x", "inverse"], "shrunk"), Operation("Erf", ["shrunk"], "again"), Operation("Mul", ["x", "half"], "halved"), Operation("Mul", ["halved", "again"], "part"),
            Operation("Add", ["halved", "part"], "second"), Operation("Concat", ["first", "second"], "scores", One("axis", 0)), Operation("ArgMax", ["scores"], "labels", One("axis", 0)), .. more,
        ],
        outputs), 512);

    private static byte[] Write(int width, ProtoMessage[] nodes, string[] outputs)
    {
        ProtoMessage[] weights =
        [
            Weight("w", Numbers(11, Rows, 16)), Weight("b", Numbers(12, Rows)), Weight("shape", new Tensor(ElementType.Int64, [2], MemoryMarshal.AsBytes<long>([2, Rows / 2]).ToArray())),
            Weight("root", Number(1.4142135f)), Weight("one", Number(1)), Weight("half", Number(0.5f)), Weight("inverse", Number(0.70710677f)),
        ];
        return ModelWriter.Model("small", nodes, weights, new TensorMap { new("x", Numbers(1, 1, width)) }, outputs);
    }

    private static Tensor Number(float value) => new(ElementType.Float, [], BitConverter.GetBytes(value));

    private static Tensor Numbers(int seed, params long[] dims)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, (int)dims.Aggregate(1L, (n, d) => n * d)).Select(_ => (2 * random.NextSingle()) - 1).ToArray();
        return new Tensor(ElementType.Float, dims, MemoryMarshal.AsBytes<float>(values).ToArray());
    }
}
