using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Apps.Speech;

/// <summary>Cuts a sound into the windows that Silero VAD 5 takes, and those into tasks.</summary>
internal static class SpeechWindows
{
    /// <summary>Samples in a second.</summary>
    public const int Rate = 16_000;

    /// <summary>Samples by which a window goes on: 32 ms.</summary>
    public const int Step = 512;

    /// <summary>Samples of a window: the net also takes the end of the window before.</summary>
    public const int Samples = Step + Before;

    /// <summary>Windows of which a task tells: a minute.</summary>
    public const int PerTask = 1875;

    /// <summary>Windows that a task has before those, so that its state is as if it had heard everything: four seconds.</summary>
    public const int WarmUp = 125;

    private const int Before = 64;

    /// <summary>How many windows a sound has.</summary>
    public static int Count(int samples) => (samples + Step - 1) / Step;

    /// <summary>How many tasks.</summary>
    public static int Tasks(int samples) => (Count(samples) + PerTask - 1) / PerTask;

    /// <summary>How many windows of a task are its warm-up.</summary>
    public static int WarmUpOf(int task) => task == 0 ? 0 : WarmUp;

    /// <summary>The windows of a task; beyond both ends of the sound is silence.</summary>
    public static TensorMap Inputs(ReadOnlySpan<float> sound, int task)
    {
        int first = (task * PerTask) - WarmUpOf(task), end = Math.Min(Count(sound.Length), (task + 1) * PerTask);
        var windows = new float[(end - first) * Samples];
        for (var i = first; i < end; i++)
        {
            int from = Math.Max(0, (i * Step) - Before), to = Math.Min(sound.Length, (i + 1) * Step);
            sound[from..to].CopyTo(windows.AsSpan(((i - first) * Samples) + from - ((i * Step) - Before)));
        }

        return [KeyValuePair.Create(SpeechModel.Input, new Tensor(ElementType.Float, [end - first, 1, Samples], MemoryMarshal.AsBytes(windows.AsSpan()).ToArray()))];
    }
}
