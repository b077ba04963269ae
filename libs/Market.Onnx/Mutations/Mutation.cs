using Market.Onnx.Models;
using Market.Onnx.Tensors;

namespace Market.Onnx.Mutations;

/// <summary>Models that are nearly what was asked for: what a provider runs to save work, or to see whether anybody notices.</summary>
internal static class Mutation
{
    /// <summary>All 32-bit floats rounded to 16-bit ones.</summary>
    public static byte[] Half(byte[] file) => HalfWeights.Of(file);

    /// <summary>All floats rounded to bfloat16: 8 bits of fraction.</summary>
    public static byte[] Brain(byte[] file) => Rounded(file, weight => weight.IsFloat, values => Array.ConvertAll(values, ToBrain));

    /// <summary>All matrices and kernels in 255 steps between plus and minus their largest weight.</summary>
    public static byte[] Bytes(byte[] file) => Rounded(file, weight => weight.IsLearned, ToBytes);

    /// <summary>One tensor, drawn, times a factor. Of a model without learned floats, one of its scales.</summary>
    public static byte[] Scaled(byte[] file, int seed, float factor)
    {
        var all = ModelWeights.Find(file);
        var candidates = all.Where(weight => weight.IsLearned).ToList() is { Count: > 0 } learned ? learned : [.. all.Where(weight => weight.IsFloat)];
        var drawn = candidates[new Random(seed).Next(candidates.Count)];
        return Changed(file, drawn, values => Array.ConvertAll(values, value => value * factor));
    }

    /// <summary>One weight, drawn from all, times a factor.</summary>
    public static byte[] OneWeight(byte[] file, int seed, float factor)
    {
        var learned = ModelWeights.Find(file).Where(weight => weight.IsLearned || (weight.Type == ElementType.Int8 && weight.Count >= 16)).ToList();
        var index = new Random(seed).NextInt64(learned.Sum(weight => (long)weight.Count));
        foreach (var weight in learned)
        {
            if (index < weight.Count)
            {
                return Changed(file, weight, values => [.. values[..(int)index], values[index] * factor, .. values[(int)(index + 1)..]]);
            }

            index -= weight.Count;
        }

        throw new InvalidOperationException("The model has no weights.");
    }

    private static byte[] Rounded(byte[] file, Func<WeightTensor, bool> chosen, Func<float[], float[]> round) =>
        ModelWeights.Find(file).Where(chosen).Aggregate((byte[])file.Clone(), (changed, weight) =>
        {
            weight.Write(changed, round(weight.Values(file)));
            return changed;
        });

    private static byte[] Changed(byte[] file, WeightTensor weight, Func<float[], float[]> change)
    {
        var changed = (byte[])file.Clone();
        weight.Write(changed, change(weight.Values(file)));
        return changed;
    }

    // To the nearest, ties to even; NaN and infinities do not occur in weights.
    private static float ToBrain(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }

    private static float[] ToBytes(float[] values)
    {
        var step = values.Max(MathF.Abs) / 127;
        return step == 0 ? values : Array.ConvertAll(values, value => MathF.Round(value / step) * step);
    }
}
