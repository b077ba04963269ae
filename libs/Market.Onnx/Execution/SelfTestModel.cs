using System.Runtime.InteropServices;
using Market.Onnx.Cutting;
using Market.Onnx.Tensors;
using static Market.Onnx.Cutting.ModelWriter;

namespace Market.Onnx.Execution;

/// <summary>The self-test's model and inputs: operators whose bits depend on kernels, threads and optimization, alone and in small nets.</summary>
/// <remarks>The same bytes on every machine: all numbers come from a linear congruential generator and are exact.</remarks>
internal static class SelfTestModel
{
    /// <summary>The ONNX file.</summary>
    public static byte[] File()
    {
        var nodes = Nodes().ToArray();
        // What is shown is not fused with what follows: of the nets only the ends are.
        var outputs = nodes.Select(node => node.Gives).Except(nodes.SelectMany(node => node.Takes));
        return Model("self-test", nodes.Select(node => node.Message), Weights(), Inputs(), outputs);
    }

    /// <summary>Its inputs.</summary>
    public static TensorMap Inputs() =>
    [
        new("x", Floats(1, 61, 337)),
        new("image", Floats(2, 1, 16, 40, 40)),
        new("bytes", new Tensor(ElementType.UInt8, [33, 96], Bytes(3, 33 * 96))),
    ];

    private static IEnumerable<(ProtoMessage Message, string[] Takes, string Gives)> Nodes()
    {
        // A layer of a transformer.
        yield return Node("MatMul", ["x", "w"], "product");
        yield return Node("Add", ["product", "b"], "hidden");
        yield return Node("Div", ["hidden", "root"], "scaled");
        yield return Node("Erf", ["scaled"], "erf");
        yield return Node("Add", ["erf", "one"], "raised");
        yield return Node("Mul", ["hidden", "raised"], "doubled");
        yield return Node("Mul", ["doubled", "half"], "gelu");
        yield return Node("MatMul", ["gelu", "v"], "projected");
        yield return Node("Add", ["projected", "x"], "sum of both");
        yield return Node("LayerNormalization", ["sum of both", "gain", "shift"], "normal");
        yield return Node("Softmax", ["normal"], "softmax");

        // A convolutional net.
        yield return Node("Conv", ["image", "k", "kb"], "conv", Many("pads", 1, 1, 1, 1));
        yield return Node("BatchNormalization", ["conv", "n", "kb", "kb", "nv"], "batch");
        yield return Node("Relu", ["batch"], "relu");
        yield return Node("Conv", ["relu", "d"], "depthwise", One("group", 24), Many("pads", 1, 1, 1, 1));
        yield return Node("GlobalAveragePool", ["depthwise"], "pooled");
        yield return Node("Flatten", ["pooled"], "flat");
        yield return Node("Gemm", ["flat", "g"], "scores");

        // Element by element, over enough elements that threads share them, and an odd number of them.
        yield return Node("Mul", ["x", "ramp"], "wide");
        yield return Node("Abs", ["wide"], "positive");
        foreach (var (operation, input) in new[] { ("Log", "positive"), ("Sqrt", "positive"), ("Exp", "wide"), ("Tanh", "wide"), ("Sigmoid", "wide"), ("Softplus", "wide"), ("Sin", "wide") })
        {
            yield return Node(operation, [input], "wide " + operation);
        }

        yield return Node("ReduceMean", ["wide"], "mean", Many("axes", 2), One("keepdims", 0));
        yield return Node("ReduceSum", ["wide"], "total", One("keepdims", 0));
        yield return Node("MatMulInteger", ["bytes", "q"], "integers");
    }

    private static IEnumerable<ProtoMessage> Weights() =>
    [
        Weight("w", Floats(10, 337, 96)), Weight("b", Floats(11, 96)), Weight("v", Floats(12, 96, 337)),
        Weight("root", Number(1.4142135f)), Weight("one", Number(1)), Weight("half", Number(0.5f)),
        Weight("gain", Floats(14, 337)), Weight("shift", Floats(15, 337)),
        Weight("k", Floats(16, 24, 16, 3, 3)), Weight("kb", Floats(17, 24)), Weight("d", Floats(18, 24, 1, 3, 3)), Weight("g", Floats(19, 24, 10)),
        Weight("ramp", Floats(20, 5, 1, 1)), Weight("n", Floats(22, 24)), Weight("nv", Positive(23, 24)), Weight("q", new Tensor(ElementType.Int8, [96, 40], Bytes(21, 96 * 40))),
    ];

    // 24 random bits as a multiple of 2⁻²³ in (−1, 1), never 0: exact in a float.
    private static Tensor Floats(uint seed, params long[] dims)
    {
        var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        foreach (ref var value in values.AsSpan())
        {
            value = (((Next(ref seed) >> 8) | 1) - 8_388_608f) / 8_388_608f;
        }

        return new Tensor(ElementType.Float, dims, MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    private static (ProtoMessage Message, string[] Takes, string Gives) Node(string operation, string[] takes, string gives, params ProtoMessage[] attributes) =>
        (Operation(operation, takes, gives, attributes), takes, gives);

    private static Tensor Number(float value) => new(ElementType.Float, [], BitConverter.GetBytes(value));

    private static Tensor Positive(uint seed, params long[] dims)
    {
        var values = MemoryMarshal.Cast<byte, float>(Floats(seed, dims).Data.Span).ToArray();
        return new Tensor(ElementType.Float, dims, MemoryMarshal.AsBytes<float>([.. values.Select(Math.Abs)]).ToArray());
    }

    private static byte[] Bytes(uint seed, int count)
    {
        var bytes = new byte[count];
        foreach (ref var value in bytes.AsSpan())
        {
            value = (byte)(Next(ref seed) >> 24);
        }

        return bytes;
    }

    // Numerical Recipes' constants.
    private static uint Next(ref uint state) => state = unchecked((state * 1_664_525) + 1_013_904_223);
}
