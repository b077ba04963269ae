namespace Market.Spread.Nets;

/// <summary>Layers that several nets have.</summary>
internal static class Layers
{
    public static string Conv(this NetBuilder net, string x, int from, int to, int kernel, int stride = 1, int group = 1, bool bias = true)
    {
        long[] dims = [to, from / group, kernel, kernel];
        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        string[] weights = [net.Weight(dims, net.Draw(count, (double)count / to)), .. bias ? [net.Weight([to], net.Uniform(to, -0.1, 0.1))] : Array.Empty<string>()];
        var pad = kernel / 2;
        return net.Apply("Conv", [x, .. weights], Attribute.Of("pads", pad, pad, pad, pad), Attribute.Of("strides", stride, stride), Attribute.Of("group", (long)group));
    }

    /// <summary>A batch normalization as training leaves it: gains near 1, small shifts, variances of its own.</summary>
    public static string BatchNorm(this NetBuilder net, string x, int channels, double gain = 1) => net.Apply("BatchNormalization",
    [
        x, net.Weight([channels], net.Uniform(channels, 0.7 * gain, 1.3 * gain)), net.Weight([channels], net.Uniform(channels, -0.3, 0.3)),
        net.Weight([channels], net.Uniform(channels, -0.3, 0.3)), net.Weight([channels], net.Uniform(channels, 0.6, 1.6)),
    ]);

    public static string ConvNorm(this NetBuilder net, string x, int from, int to, int kernel, int stride = 1, int group = 1, double gain = 1) =>
        net.BatchNorm(net.Conv(x, from, to, kernel, stride, group, bias: false), to, gain);

    /// <summary>x·W + b along the last dimension. A gain of 0.7 keeps the deviation where no activation follows.</summary>
    public static string Linear(this NetBuilder net, string x, int from, int to, double gain = 0.7, bool bias = true)
    {
        var product = net.Apply("MatMul", [x, net.Weight([from, to], net.Draw((long)from * to, from / (gain * gain)))]);
        return bias ? net.Apply("Add", [product, net.Weight([to], net.Uniform(to, -0.1, 0.1))]) : product;
    }

    public static string LayerNorm(this NetBuilder net, string x, int width) => net.Apply("LayerNormalization",
        [x, net.Weight([width], net.Uniform(width, 0.7, 1.3)), net.Weight([width], net.Uniform(width, -0.2, 0.2))], Attribute.Of("axis", -1L));

    /// <summary>Gelu as exporters write it out, with Erf.</summary>
    public static string Gelu(this NetBuilder net, string x)
    {
        var erf = net.Apply("Erf", [net.Apply("Div", [x, net.Weight([], 1.4142135f)])]);
        var doubled = net.Apply("Mul", [x, net.Apply("Add", [erf, net.Weight([], 1)])]);
        return net.Apply("Mul", [doubled, net.Weight([], 0.5f)]);
    }

    public static string GlobalPool(this NetBuilder net, string x) => net.Apply("Flatten", [net.Apply("GlobalAveragePool", [x])]);

    public static string Reshape(this NetBuilder net, string x, params long[] dims) => net.Apply("Reshape", [x, net.Whole(dims)]);

    public static string Transpose(this NetBuilder net, string x, params long[] order) => net.Apply("Transpose", [x], Attribute.Of("perm", order));

    /// <summary>A mean or a sum over one axis, which stays with size 1.</summary>
    public static string Reduce(this NetBuilder net, string operation, string x, long axis) =>
        net.Apply(operation, [x, net.Whole(axis)]);
}
