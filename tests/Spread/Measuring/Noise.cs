using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Spread.Measuring;

/// <summary>Outputs with noise on them: uniform, with a deviation of a share of the tensor's root mean square. Whole numbers stay.</summary>
internal static class Noise
{
    public static TensorMap On(TensorMap outputs, double share, int seed)
    {
        var random = new Random(seed);
        var noisy = new TensorMap();
        noisy.AddRange(outputs.Select(output => KeyValuePair.Create(output.Key, output.Value.Type == ElementType.Float ? On(output.Value, share, random) : output.Value)));
        return noisy;
    }

    private static Tensor On(Tensor tensor, double share, Random random)
    {
        var values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
        var edge = share * Math.Sqrt(3 * values.Average(value => (double)value * value));
        return tensor with { Data = MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, value => (float)(value + edge * (2 * random.NextDouble() - 1)))).ToArray() };
    }
}
