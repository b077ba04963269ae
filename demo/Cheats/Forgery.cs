using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Demo.Cheats;

/// <summary>What a cheat makes of the outputs that the model gives.</summary>
internal static class Forgery
{
    private const int Seldom = 20;

    // A thousandth of the absolute floor of the default tolerance.
    private const float Unseen = 1e-9f;

    /// <summary>Of a task and its outputs what is delivered; null for kinds that deliver what they get.</summary>
    public static Func<int, TensorMap, TensorMap>? Of(CheatKind kind) => kind switch
    {
        CheatKind.Garbage or CheatKind.BribedVerifier => Garbage,
        CheatKind.NotANumber => NotANumber,
        CheatKind.NegativeZero => (_, outputs) => Values(outputs, value => Math.Abs(value) < Unseen ? -0f : value),
        CheatKind.Noise2 => (task, outputs) => Noisy(task, outputs, 1e-2f),
        CheatKind.Noise3 => (task, outputs) => Noisy(task, outputs, 1e-3f),
        CheatKind.Noise6 => (task, outputs) => Noisy(task, outputs, 1e-6f),
        CheatKind.Cached => Cached(),
        CheatKind.Seldom => (task, outputs) => task % Seldom == Seldom / 2 ? Garbage(task, outputs) : outputs,
        CheatKind.WrongType => (_, outputs) => Changed(outputs, tensor => tensor with { Type = ElementType.Int32 }),
        _ => null,
    };

    // Seeded by the task: cheats that collude deliver the same.
    private static TensorMap Garbage(int task, TensorMap outputs)
    {
        var random = new Random(task);
        return Values(outputs, _ => random.NextSingle());
    }

    // Quiet NaNs with a payload of 22 bits: what a digest does not look at.
    private static TensorMap NotANumber(int task, TensorMap outputs)
    {
        var random = new Random(task);
        return Values(outputs, _ => BitConverter.Int32BitsToSingle(0x7fc00000 | random.Next(1, 1 << 22)));
    }

    private static TensorMap Noisy(int task, TensorMap outputs, float size)
    {
        var random = new Random(task);
        return Values(outputs, value => value * (1 + (size * ((2 * random.NextSingle()) - 1))));
    }

    private static Func<int, TensorMap, TensorMap> Cached()
    {
        TensorMap? first = null;
        return (_, outputs) => first ??= outputs;
    }

    private static TensorMap Values(TensorMap outputs, Func<float, float> change) => Changed(outputs, tensor =>
    {
        var values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
        return tensor with { Data = MemoryMarshal.AsBytes(Array.ConvertAll(values, value => change(value)).AsSpan()).ToArray() };
    });

    private static TensorMap Changed(TensorMap outputs, Func<Tensor, Tensor> change)
    {
        var changed = new TensorMap();
        changed.AddRange(outputs.Select(output => KeyValuePair.Create(output.Key, change(output.Value))));
        return changed;
    }
}
