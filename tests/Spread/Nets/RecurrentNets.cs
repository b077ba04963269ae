using Market.Onnx.Tensors;

namespace Market.Spread.Nets;

/// <summary>Recurrent nets on sequences of features: rounding of one step goes into the next.</summary>
internal static class RecurrentNets
{
    public const int Steps = 60;
    public const int Features = 40;
    private const int Hidden = 64;

    /// <summary>Two layers of LSTM in both directions: [60, 1, 40] features to 12 log probabilities at every step.</summary>
    public static byte[] Lstm()
    {
        var net = new NetBuilder(301);
        var x = net.Input("features", ElementType.Float, Steps, 1, Features);
        x = BothWays(net, net.LayerNorm(x, Features), Features);
        x = BothWays(net, net.LayerNorm(x, 2 * Hidden), 2 * Hidden);
        net.Output(net.Apply("LogSoftmax", [net.Linear(x, 2 * Hidden, 12, gain: 2)], Attribute.Of("axis", -1L)), "log probabilities", ElementType.Float);
        return net.Build();
    }

    /// <summary>A convolution over time and a GRU, whose last state decides: [60, 1, 40] features to 8 probabilities.</summary>
    public static byte[] Gru()
    {
        var net = new NetBuilder(302);
        var x = net.Input("features", ElementType.Float, Steps, 1, Features);
        var wide = net.Apply("Conv", [net.Transpose(x, 1, 2, 0), net.Weight([48, Features, 5], net.Draw(48 * Features * 5, Features * 5)), net.Weight([48], net.Uniform(48, -0.1, 0.1))], Attribute.Of("pads", 2, 2));
        var steps = net.Transpose(net.Apply("Relu", [net.BatchNorm(wide, 48)]), 2, 0, 1);
        var edge = 1 / Math.Sqrt(Hidden);
        string[] weights =
        [
            net.Weight([1, 3 * Hidden, 48], net.Uniform(3 * Hidden * 48, -edge, edge)),
            net.Weight([1, 3 * Hidden, Hidden], net.Uniform(3 * Hidden * Hidden, -edge, edge)),
            net.Weight([1, 6 * Hidden], net.Uniform(6 * Hidden, -edge, edge)),
        ];
        var last = net.Apply("GRU", [steps, .. weights], 2, Attribute.Of("hidden_size", (long)Hidden), Attribute.Of("linear_before_reset", 1L))[1];
        var flat = net.Apply("Tanh", [net.Linear(net.Reshape(last, 1, Hidden), Hidden, Hidden, gain: 2)]);
        net.Output(net.Apply("Softmax", [net.Linear(flat, Hidden, 8, gain: 3)]), "probabilities", ElementType.Float);
        return net.Build();
    }

    // The scale of weights that frameworks start recurrent layers with, 1/√hidden, times 1.5 as training tends to sharpen gates.
    private static string BothWays(NetBuilder net, string x, int from)
    {
        var edge = 1.5 / Math.Sqrt(Hidden);
        string[] weights =
        [
            net.Weight([2, 4 * Hidden, from], net.Uniform(2L * 4 * Hidden * from, -edge, edge)),
            net.Weight([2, 4 * Hidden, Hidden], net.Uniform(2L * 4 * Hidden * Hidden, -edge, edge)),
            net.Weight([2, 8 * Hidden], net.Uniform(2 * 8 * Hidden, -edge, edge)),
        ];
        var both = net.Apply("LSTM", [x, .. weights], Attribute.Of("hidden_size", (long)Hidden), Attribute.Of("direction", "bidirectional"));
        return net.Reshape(net.Transpose(both, 0, 2, 1, 3), Steps, 1, 2 * Hidden);
    }
}
