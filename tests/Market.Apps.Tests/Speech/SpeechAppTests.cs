using System.Runtime.InteropServices;
using Market.Apps.Speech;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Apps.Tests.Speech;

public sealed class SpeechAppTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(16_000, 1, 16, false)]
    [InlineData(44_100, 2, 24, false)]
    [InlineData(48_000, 1, 32, false)]
    [InlineData(8_000, 1, 32, true)]
    public async Task Finds_a_voice_between_silences_in_every_kind_of_wav(int rate, int channels, int bits, bool isFloat)
    {
        float[] sound = [.. Sound.Silence(2, rate), .. Sound.Voice(3, rate), .. Sound.Silence(2.5, rate)];
        var report = await ListenAsync(Sound.Wav(sound, rate, channels, bits, isFloat));
        Assert.Equal(7.5, report.Seconds, 2);
        var part = Assert.Single(report.Speech);
        Assert.InRange(part.Start, 1.9, 2.4);
        Assert.InRange(part.End, 4.7, 5.4);
    }

    [Fact]
    public async Task Silence_and_a_tone_are_no_speech()
    {
        Assert.Empty((await ListenAsync(Sound.Wav(Sound.Silence(3)))).Speech);
        Assert.Empty((await ListenAsync(Sound.Wav([.. Enumerable.Range(0, 48_000).Select(i => 0.3f * MathF.Sin(i * 2 * MathF.PI * 1000 / 16_000))]))).Speech);
    }

    [Fact]
    public async Task The_state_goes_from_window_to_window_as_when_the_net_is_called_window_by_window()
    {
        var sound = Sound.Voice(2);
        var scanned = (await ListenAsync(Sound.Wav(sound, bits: 32, isFloat: true))).Probabilities;
        var net = new AppStep("one by one", Path.Combine(Checkout.At("node_modules"), "@ricky0123/vad-web/dist/silero_vad_v5.onnx"), new AppTasks(_bench.Input().Work));
        var options = new Onnx.Execution.WorkerOptions { Workers = 1, Readable = [Path.GetDirectoryName(net.Model)!] };
        await using var pool = await Onnx.Execution.WorkerPool.StartAsync(options, new Onnx.Execution.WorkerModel(net.Model), Workbench.Stop);
        var windows = SpeechWindows.Inputs(sound, 0)[0].Value.Data;
        var state = new Tensor(ElementType.Float, [2, 1, 128], new byte[1024]);
        var rate = new Tensor(ElementType.Int64, [], BitConverter.GetBytes(16_000L));
        for (var i = 0; i < scanned.Count; i++)
        {
            var window = new Tensor(ElementType.Float, [1, 576], windows.Slice(i * 576 * 4, 576 * 4));
            var outcome = await pool.RunAsync([new("input", window), new("state", state), new("sr", rate)], Workbench.Stop);
            var outputs = Assert.IsType<Onnx.Execution.TaskOutcome.Completed>(outcome).Outputs;
            Assert.Equal(MemoryMarshal.Read<float>(outputs.Single(o => o.Key == "output").Value.Data.Span), scanned[i]!.Value, 4);
            state = outputs.Single(o => o.Key == "stateN").Value;
        }
    }

    [Fact]
    public async Task A_task_that_begins_in_the_middle_says_what_one_that_heard_everything_says()
    {
        float[] voice = Sound.Voice(12);
        float[] minute = [.. voice, .. Sound.Silence(8), .. voice, .. Sound.Silence(8), .. voice, .. Sound.Silence(4), .. voice];
        float[] sound = [.. minute, .. Sound.Silence(1), .. voice];
        var report = await ListenAsync(Sound.Wav(sound, bits: 32, isFloat: true));
        Assert.Equal(2, SpeechWindows.Tasks(sound.Length));
        var whole = await WholeAsync(sound);
        var most = report.Probabilities.Zip(whole, (a, b) => Math.Abs(a!.Value - b)).Max();
        Assert.True(most < 0.02, $"They differ by {most}.");
    }

    [Fact]
    public void The_model_is_the_same_every_time_and_the_reader_takes_it()
    {
        var net = File.ReadAllBytes(Checkout.At("node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx"));
        var model = SpeechModel.Build(net);
        Assert.Equal(model, SpeechModel.Build(net));
        var description = ModelReader.Read(model);
        Assert.Equal("windows: Float [windows, 1, 576]", Assert.Single(description.Inputs).ToString());
        Assert.Equal(["speech"], description.Outputs);
        Assert.Empty(description.PickedOutputs);
        Assert.Throws<OnnxModelException>(() => SpeechModel.Build(File.ReadAllBytes(Checkout.At("node_modules/@ricky0123/vad-web/dist/silero_vad_legacy.onnx"))));
    }

    private async Task<SoundSpeech> ListenAsync(byte[] wav) =>
        Assert.Single(Assert.IsType<SpeechReport>(await Workbench.RunAsync("speech", _bench.Input(_bench.Write("talk.wav", wav)))).Sounds);

    // All windows in one task.
    private async Task<float[]> WholeAsync(float[] sound)
    {
        var work = _bench.Input().Work;
        var model = Path.Combine(work, "speech.onnx");
        await File.WriteAllBytesAsync(model, SpeechModel.Build(await File.ReadAllBytesAsync(Checkout.At("node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx"), Workbench.Stop)), Workbench.Stop);
        var tasks = new AppTasks(Path.Combine(work, "whole"));
        var padded = new float[(SpeechWindows.Count(sound.Length) * SpeechWindows.Step) + 64];
        sound.CopyTo(padded, 64);
        var windows = new float[SpeechWindows.Count(sound.Length) * 576];
        for (var i = 0; i < windows.Length / 576; i++)
        {
            padded.AsSpan(i * SpeechWindows.Step, 576).CopyTo(windows.AsSpan(i * 576));
        }

        await tasks.AddAsync("whole", [new("windows", new Tensor(ElementType.Float, [windows.Length / 576, 1, 576], MemoryMarshal.AsBytes(windows.AsSpan()).ToArray()))], Workbench.Stop);
        var outputs = await Workbench.RunAsync(new AppStep("whole", model, tasks));
        return TensorNumbers.Of(outputs[0]![0].Value);
    }

    public void Dispose() => _bench.Dispose();
}
