using Market.Onnx.Tensors;

namespace Market.Spread.Nets;

/// <summary>Nets of attention on tokens and on pieces of pictures.</summary>
internal static class Transformers
{
    public const int Words = 1000;
    public const int Length = 48;
    private const int Width = 128;
    private const int Heads = 4;

    /// <summary>Four layers with normalization after each part, as BERT: [1, 48] tokens to a class's log probabilities and a vector.</summary>
    public static byte[] Encoder()
    {
        var net = new NetBuilder(201);
        var x = net.LayerNorm(Embedded(net), Width);
        for (var layer = 0; layer < 4; layer++)
        {
            x = net.LayerNorm(net.Apply("Add", [x, Attention(net, x, mask: null)]), Width);
            var wide = net.Gelu(net.Linear(x, Width, 4 * Width, gain: 1));
            x = net.LayerNorm(net.Apply("Add", [x, net.Linear(wide, 4 * Width, Width)]), Width);
        }

        var first = net.Apply("Gather", [x, net.Weight(ElementType.Int64, [], BitConverter.GetBytes(0L))], Attribute.Of("axis", 1L));
        var pooled = net.Apply("Tanh", [net.Linear(first, Width, Width)]);
        net.Output(net.Apply("LogSoftmax", [net.Linear(pooled, Width, 20, gain: 1.5)]), "log probabilities", ElementType.Float);
        net.Output(pooled, "vector", ElementType.Float);
        return net.Build();
    }

    /// <summary>Three layers with a causal mask, root-mean-square normalization and gated SiLU, as small language models: [1, 48] tokens to scores of all 1,000 words.</summary>
    public static byte[] Decoder()
    {
        var net = new NetBuilder(202);
        var x = Embedded(net);
        var mask = net.Weight([1, 1, Length, Length], [.. Enumerable.Range(0, Length * Length).Select(i => i % Length > i / Length ? -1e9f : 0)]);
        for (var layer = 0; layer < 3; layer++)
        {
            x = net.Apply("Add", [x, Attention(net, RootMeanSquareNorm(net, x), mask)]);
            var normal = RootMeanSquareNorm(net, x);
            var gate = net.Linear(normal, Width, 3 * Width, bias: false);
            var gated = net.Apply("Mul", [net.Apply("Mul", [gate, net.Apply("Sigmoid", [gate])]), net.Linear(normal, Width, 3 * Width, bias: false)]);
            x = net.Apply("Add", [x, net.Linear(gated, 3 * Width, Width, bias: false)]);
        }

        net.Output(net.Linear(RootMeanSquareNorm(net, x), Width, Words, bias: false), "scores", ElementType.Float);
        return net.Build();
    }

    /// <summary>A picture in 64 pieces through three layers with normalization before each part, as ViT: [1, 3, 64, 64] to 50 probabilities.</summary>
    public static byte[] Vision()
    {
        var net = new NetBuilder(203);
        const int pieces = 64;
        var image = net.Input("image", ElementType.Float, 1, 3, 64, 64);
        var cut = net.Apply("Conv", [image, net.Weight([Width, 3, 8, 8], net.Draw(Width * 192, 192 * 2)), net.Weight([Width], net.Uniform(Width, -0.1, 0.1))], Attribute.Of("strides", 8, 8));
        var x = net.Transpose(net.Reshape(cut, 1, Width, pieces), 0, 2, 1);
        x = net.Apply("Add", [x, net.Weight([1, pieces, Width], net.Uniform(pieces * Width, -0.5, 0.5))]);
        for (var layer = 0; layer < 3; layer++)
        {
            x = net.Apply("Add", [x, Attention(net, net.LayerNorm(x, Width), mask: null, pieces)]);
            var wide = net.Apply("Gelu", [net.Linear(net.LayerNorm(x, Width), Width, 4 * Width, gain: 1)]);
            x = net.Apply("Add", [x, net.Linear(wide, 4 * Width, Width)]);
        }

        var mean = net.Apply("ReduceMean", [net.LayerNorm(x, Width), net.Whole(1)], Attribute.Of("keepdims", 0L));
        net.Output(net.Apply("Softmax", [net.Linear(mean, Width, 50, gain: 2)]), "probabilities", ElementType.Float);
        return net.Build();
    }

    private static string Embedded(NetBuilder net)
    {
        var tokens = net.Input("tokens", ElementType.Int64, 1, Length);
        var words = net.Apply("Gather", [net.Weight([Words, Width], net.Uniform(Words * Width, -1.7, 1.7)), tokens]);
        return net.Apply("Add", [words, net.Weight([1, Length, Width], net.Uniform(Length * Width, -0.5, 0.5))]);
    }

    private static string Attention(NetBuilder net, string x, string? mask, int length = Length)
    {
        var (query, key, value) = (Headed(0, 2, 1, 3), Headed(0, 2, 3, 1), Headed(0, 2, 1, 3));
        var scores = net.Apply("Mul", [net.Apply("MatMul", [query, key]), net.Weight([], 1 / MathF.Sqrt(Width / Heads))]);
        var weights = net.Apply("Softmax", [mask is null ? scores : net.Apply("Add", [scores, mask])], Attribute.Of("axis", -1L));
        var together = net.Reshape(net.Transpose(net.Apply("MatMul", [weights, value]), 0, 2, 1, 3), 1, length, Width);
        return net.Linear(together, Width, Width, bias: false);

        string Headed(params long[] order) => net.Transpose(net.Reshape(net.Linear(x, Width, Width), 1, length, Heads, Width / Heads), order);
    }

    private static string RootMeanSquareNorm(NetBuilder net, string x)
    {
        var mean = net.Apply("ReduceMean", [net.Apply("Pow", [x, net.Weight([], 2)]), net.Whole(-1)]);
        var root = net.Apply("Sqrt", [net.Apply("Add", [mean, net.Weight([], 1e-6f)])]);
        return net.Apply("Mul", [net.Apply("Div", [x, root]), net.Weight([Width], net.Uniform(Width, 0.7, 1.3))]);
    }
}
