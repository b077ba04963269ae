using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Apps.Speech;

/// <summary>Cuts a sound into the windows that Silero VAD 5 takes, and those into tasks.</summary>
/// <param name="PerTask">Windows of which a task tells.</param>
/// <param name="WarmUp">Windows that a task has before those, so that its state is nearly as if it had heard everything.</param>
internal sealed record SpeechWindows(int PerTask, int WarmUp)
{
    /// <summary>Samples in a second.</summary>
    public const int Rate = 16_000;

    /// <summary>Samples by which a window goes on: 32 ms.</summary>
    public const int Step = 512;

    /// <summary>Samples of a window: the net also takes the end of the window before.</summary>
    public const int Samples = Step + Before;

    private const int Before = 64;

    /// <summary>Ten minutes, after 32 seconds: the net forgets slowly. Most recordings are one task.</summary>
    public static SpeechWindows Default { get; } = new(18_750, 1_000);

    /// <summary>How many windows a sound has.</summary>
    public static int Count(int samples) => (samples + Step - 1) / Step;

    /// <summary>How many tasks.</summary>
    public int Tasks(int samples) => (Count(samples) + PerTask - 1) / PerTask;

    /// <summary>How many windows of a task are its warm-up.</summary>
    public int WarmUpOf(int task) => Math.Min(WarmUp, task * PerTask);

    /// <summary>Of how many windows a task tells.</summary>
    public int WindowsOf(int task, int samples) => Math.Min(PerTask, Count(samples) - (task * PerTask));

    /// <summary>The inputs of a task; beyond both ends of the sound is silence.</summary>
    public TensorMap Inputs(ReadOnlySpan<float> sound, int task)
    {
        int first = (task * PerTask) - WarmUpOf(task), end = (task * PerTask) + WindowsOf(task, sound.Length);
        var windows = new float[(end - first) * Samples];
        for (var i = first; i < end; i++)
        {
            int from = Math.Max(0, (i * Step) - Before), to = Math.Min(sound.Length, (i + 1) * Step);
            sound[from..to].CopyTo(windows.AsSpan(((i - first) * Samples) + from - ((i * Step) - Before)));
        }

        return
        [
            new(SpeechModel.Input, new Tensor(ElementType.Float, [end - first, 1, Samples], MemoryMarshal.AsBytes(windows.AsSpan()).ToArray())),
            new(SpeechModel.Rate, new Tensor(ElementType.Int64, [], BitConverter.GetBytes((long)Rate))),
        ];
    }
}
