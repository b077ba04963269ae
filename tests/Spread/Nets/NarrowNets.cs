using Market.Onnx.Tensors;

namespace Market.Spread.Nets;

/// <summary>Nets whose numbers are narrower than 32 bits.</summary>
internal static class NarrowNets
{
    private const int SevenBits = 63, EightBits = 127;

    /// <summary>Convolutions on bytes with scales fixed beforehand (static quantization): [1, 3, 32, 32] to ten scores.</summary>
    public static byte[] ByteConv()
    {
        var net = new NetBuilder(401);
        var image = net.Input("image", ElementType.Float, 1, 3, 32, 32);
        var (zero, scale) = (net.Weight(ElementType.UInt8, [], [128]), net.Weight([], 2f / 127));
        var x = net.Apply("QuantizeLinear", [image, scale, zero]);
        var from = 3;
        foreach (var (to, stride) in new[] { (24, 1), (48, 2), (48, 1), (64, 2) })
        {
            x = QuantizedConv(net, x, ref scale, ref zero, from, to, stride);
            from = to;
        }

        var features = net.Apply("DequantizeLinear", [x, scale, zero]);
        net.Output(net.Linear(net.GlobalPool(features), 64, 10), "scores", ElementType.Float);
        return net.Build();
    }

    /// <summary>Matrix products on bytes whose scales follow the input (dynamic quantization): [1, 64] columns of a table to 16 scores.</summary>
    public static byte[] ByteTable() => ByteTable(SevenBits);

    /// <summary>The same with weights of eight bits: pairs of products overflow on processors without VNNI, and nowhere else.</summary>
    public static byte[] WideByteTable() => ByteTable(EightBits);

    private static byte[] ByteTable(int most)
    {
        var net = new NetBuilder(402);
        var x = net.Input("row", ElementType.Float, 1, Tables.Columns);
        var from = Tables.Columns;
        foreach (var to in new[] { 192, 192, 16 })
        {
            var quantized = net.Apply("DynamicQuantizeLinear", [x], 3);
            var (weights, weightScale) = Quantized(net, net.Draw((long)from * to, from), [from, to], most);
            var sums = net.Apply("Cast", [net.Apply("MatMulInteger", [quantized[0], weights, quantized[2]])], Attribute.Of("to", (long)ElementType.Float));
            var scaled = net.Apply("Mul", [sums, net.Apply("Mul", [quantized[1], weightScale])]);
            var biased = net.Apply("Add", [scaled, net.Weight([to], net.Uniform(to, -0.1, 0.1))]);
            x = to == 16 ? biased : net.Apply("Relu", [biased]);
            from = to;
        }

        net.Output(x, "scores", ElementType.Float);
        return net.Build();
    }

    /// <summary>A residual net that computes in 16-bit floats: [1, 3, 32, 32] to ten scores.</summary>
    public static byte[] Half()
    {
        var net = new NetBuilder(403);
        var x = net.Apply("Cast", [net.Input("image", ElementType.Float, 1, 3, 32, 32)], Attribute.Of("to", (long)ElementType.Float16));
        x = net.Apply("Relu", [HalfConv(net, x, 3, 24, 1)]);
        foreach (var (from, to, stride) in new[] { (24, 24, 1), (24, 48, 2), (48, 48, 1) })
        {
            var inner = HalfConv(net, net.Apply("Relu", [HalfConv(net, x, from, to, stride)]), to, to, 1, gain: 0.5);
            x = net.Apply("Relu", [stride == 1 ? net.Apply("Add", [inner, x]) : inner]);
        }

        var flat = net.GlobalPool(x);
        var scores = net.Apply("MatMul", [flat, net.Half([48, 10], net.Draw(480, 48 * 2))]);
        net.Output(net.Apply("Cast", [scores], Attribute.Of("to", (long)ElementType.Float)), "scores", ElementType.Float);
        return net.Build();
    }

    private static string HalfConv(NetBuilder net, string x, int from, int to, int stride, double gain = 1) => net.Apply("Conv",
        [x, net.Half([to, from, 3, 3], net.Draw((long)to * from * 9, from * 9 / (gain * gain))), net.Half([to], net.Uniform(to, -0.1, 0.1))],
        Attribute.Of("pads", 1, 1, 1, 1), Attribute.Of("strides", stride, stride));

    // After Relu, values lie in 0 … about 4 deviations: zero point 0, the whole byte for them.
    private static string QuantizedConv(NetBuilder net, string x, ref string scale, ref string zero, int from, int to, int stride)
    {
        var (weights, weightScale) = Quantized(net, net.Draw((long)to * from * 9, from * 9), [to, from, 3, 3], SevenBits);
        var (newZero, newScale) = (net.Weight(ElementType.UInt8, [], [0]), net.Weight([], 4f / 255));
        var given = net.Apply("QLinearConv", [x, scale, zero, weights, weightScale, net.Bytes([], 0), newScale, newZero],
            Attribute.Of("pads", 1, 1, 1, 1), Attribute.Of("strides", stride, stride));
        (scale, zero) = (newScale, newZero);
        return given;
    }

    private static (string Weights, string Scale) Quantized(NetBuilder net, float[] weights, long[] dims, int most)
    {
        var step = weights.Max(MathF.Abs) / most;
        return (net.Bytes(dims, [.. weights.Select(weight => (sbyte)MathF.Round(weight / step))]), net.Weight([], step));
    }
}
