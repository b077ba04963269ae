using Market.Onnx.Tensors;

namespace Market.Spread.Nets;

/// <summary>Nets of convolutions on pictures.</summary>
internal static class ConvNets
{
    /// <summary>A residual net of three stages with two blocks each, as ResNet-14 for small pictures: [1, 3, 32, 32] to ten scores.</summary>
    public static byte[] Residual()
    {
        var net = new NetBuilder(101);
        var x = net.Apply("Relu", [net.ConvNorm(net.Input("image", ElementType.Float, 1, 3, 32, 32), 3, 16, 3)]);
        var from = 16;
        foreach (var (to, stride) in new[] { (16, 1), (16, 1), (32, 2), (32, 1), (64, 2), (64, 1) })
        {
            var inner = net.Apply("Relu", [net.ConvNorm(x, from, to, 3, stride)]);
            var shortcut = stride == 1 ? x : net.ConvNorm(x, from, to, 1, stride);
            x = net.Apply("Relu", [net.Apply("Add", [net.ConvNorm(inner, to, to, 3, gain: 0.5), shortcut])]);
            from = to;
        }

        net.Output(net.Linear(net.GlobalPool(x), 64, 10), "scores", ElementType.Float);
        return net.Build();
    }

    /// <summary>Inverted bottlenecks with depthwise convolutions, HardSwish and squeeze-and-excitation, as MobileNet v3: [1, 3, 96, 96] to 100 probabilities.</summary>
    public static byte[] Mobile()
    {
        var net = new NetBuilder(102);
        var x = net.Apply("HardSwish", [net.ConvNorm(net.Input("image", ElementType.Float, 1, 3, 96, 96), 3, 16, 3, 2)]);
        var from = 16;
        foreach (var (wide, to, stride) in new[] { (48, 24, 2), (72, 24, 1), (96, 40, 2), (160, 40, 1), (160, 64, 2), (256, 64, 1) })
        {
            var inner = net.Apply("HardSwish", [net.ConvNorm(x, from, wide, 1)]);
            inner = net.Apply("HardSwish", [net.ConvNorm(inner, wide, wide, 5, stride, wide)]);
            inner = net.ConvNorm(Squeezed(net, inner, wide), wide, to, 1, gain: 0.5);
            x = stride == 1 && from == to ? net.Apply("Add", [x, inner]) : inner;
            from = to;
        }

        var features = net.Apply("HardSwish", [net.ConvNorm(x, 64, 256, 1)]);
        net.Output(net.Apply("Softmax", [net.Linear(net.GlobalPool(features), 256, 100, gain: 1.5)]), "probabilities", ElementType.Float);
        return net.Build();
    }

    /// <summary>Down by strides, up by ConvTranspose and Resize, with skips: [1, 3, 64, 64] to a picture of the same size.</summary>
    public static byte[] Autoencoder()
    {
        var net = new NetBuilder(103);
        var image = net.Input("image", ElementType.Float, 1, 3, 64, 64);
        var high = net.Apply("LeakyRelu", [net.Conv(image, 3, 24, 3, 2)], Attribute.OfFloat("alpha", 0.1f));
        var low = net.Apply("LeakyRelu", [net.Conv(high, 24, 48, 3, 2)], Attribute.OfFloat("alpha", 0.1f));
        var code = net.Apply("InstanceNormalization", [net.Conv(low, 48, 64, 3, 2), net.Weight([64], net.Uniform(64, 0.7, 1.3)), net.Weight([64], net.Uniform(64, -0.2, 0.2))]);
        var up = net.Apply("ConvTranspose", [net.Apply("Relu", [code]), net.Weight([64, 48, 4, 4], net.Draw(64 * 48 * 16, 64 * 4)), net.Weight([48], net.Uniform(48, -0.1, 0.1))],
            Attribute.Of("strides", 2, 2), Attribute.Of("pads", 1, 1, 1, 1));
        var joined = net.Apply("Concat", [net.Apply("Relu", [up]), low], Attribute.Of("axis", 1L));
        var large = net.Apply("Resize", [net.Apply("Relu", [net.Conv(joined, 96, 24, 3)]), "", net.Weight([4], 1, 1, 2, 2)], Attribute.Of("mode", "linear"));
        var smooth = net.Apply("AveragePool", [net.Apply("Add", [large, high])], Attribute.Of("kernel_shape", 3, 3), Attribute.Of("pads", 1, 1, 1, 1));
        var whole = net.Apply("DepthToSpace", [net.Conv(smooth, 24, 12, 3)], Attribute.Of("blocksize", 2L));
        net.Output(net.Apply("Sigmoid", [net.Conv(whole, 3, 3, 3)]), "picture", ElementType.Float);
        return net.Build();
    }

    private static string Squeezed(NetBuilder net, string x, int channels)
    {
        var squeezed = net.Apply("Relu", [net.Conv(net.Apply("GlobalAveragePool", [x]), channels, channels / 4, 1)]);
        return net.Apply("Mul", [x, net.Apply("HardSigmoid", [net.Conv(squeezed, channels / 4, channels, 1)])]);
    }
}
