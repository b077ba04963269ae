using Market.Onnx.Tensors;

namespace Market.Spread.Nets;

/// <summary>Nets on rows of numbers.</summary>
internal static class Tables
{
    public const int Columns = 64;
    public const int Series = 2048;

    /// <summary>Four layers of Gemm with residuals: [1, 64] columns to 8 probabilities.</summary>
    public static byte[] Classifier()
    {
        var net = new NetBuilder(501);
        var x = net.Apply("Relu", [Gemm(net, net.Input("row", ElementType.Float, 1, Columns), Columns, 256)]);
        x = net.Apply("Add", [x, net.Apply("Relu", [Gemm(net, x, 256, 256)])]);
        x = net.Apply("Add", [x, net.Apply("Elu", [Gemm(net, x, 256, 256)])]);
        net.Output(net.Apply("Softmax", [Gemm(net, x, 256, 8)]), "probabilities", ElementType.Float);
        return net.Build();
    }

    /// <summary>Sums of many terms: running sums, means, variances, norms and log-sum-exp of 16 series of 2,048 steps, then a mixing layer.</summary>
    public static byte[] Statistics()
    {
        var net = new NetBuilder(502);
        var x = net.Input("series", ElementType.Float, 16, Series);
        var walk = net.Apply("CumSum", [x, net.Weight(ElementType.Int64, [], BitConverter.GetBytes(1L))]);
        var level = net.Apply("Sub", [walk, net.Reduce("ReduceMean", walk, 1)]);
        var spread = net.Apply("Sqrt", [net.Reduce("ReduceMean", net.Apply("Mul", [level, level]), 1)]);
        var normal = net.Apply("Div", [level, spread]);
        string[] figures =
        [
            spread, net.Reduce("ReduceSum", x, 1), net.Reduce("ReduceL1", x, 1), net.Reduce("ReduceL2", walk, 1), net.Reduce("ReduceLogSumExp", normal, 1), net.Reduce("ReduceSumSquare", x, 1),
        ];
        var table = net.Apply("Concat", figures, Attribute.Of("axis", 1L));
        var mixed = net.Linear(net.Apply("LogSoftmax", [net.Linear(net.Apply("Tanh", [normal]), Series, 32, gain: 2)], Attribute.Of("axis", 1L)), 32, 32);
        net.Output(table, "figures", ElementType.Float);
        net.Output(mixed, "mixed", ElementType.Float);
        return net.Build();
    }

    private static string Gemm(NetBuilder net, string x, int from, int to) => net.Apply("Gemm",
        [x, net.Weight([to, from], net.Draw((long)from * to, from)), net.Weight([to], net.Uniform(to, -0.1, 0.1))], Attribute.Of("transB", 1L));
}
