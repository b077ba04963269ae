using System.Runtime.InteropServices;
using Market.Apps.Speech;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Apps.Tests.Speech;

public sealed class SpeechAppTests : IDisposable
{
    private static readonly string Net = Checkout.At("node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx");
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
        var options = new WorkerOptions { Workers = 1, Readable = [Path.GetDirectoryName(Net)!] };
        await using var pool = await WorkerPool.StartAsync(options, new WorkerModel(Net), Workbench.Stop);
        var windows = SpeechWindows.Default.Inputs(sound, 0)[0].Value.Data;
        var state = new Tensor(ElementType.Float, [2, 1, 128], new byte[1024]);
        var rate = new Tensor(ElementType.Int64, [], BitConverter.GetBytes(16_000L));
        for (var i = 0; i < scanned.Count; i++)
        {
            var window = new Tensor(ElementType.Float, [1, 576], windows.Slice(i * 576 * 4, 576 * 4));
            var outcome = await pool.RunAsync([new("input", window), new("state", state), new("sr", rate)], Workbench.Stop);
            var outputs = Assert.IsType<TaskOutcome.Completed>(outcome).Outputs;
            Assert.Equal(MemoryMarshal.Read<float>(outputs.Single(o => o.Key == "output").Value.Data.Span), scanned[i]!.Value, 4);
            state = outputs.Single(o => o.Key == "stateN").Value;
        }
    }

    [Fact]
    public async Task A_task_that_begins_in_the_middle_finds_the_speech_that_one_finds_that_heard_everything()
    {
        float[] voice = Sound.Voice(9), pause = Sound.Silence(3);
        float[] sound = [.. voice, .. pause, .. voice, .. pause, .. voice, .. pause, .. voice, .. pause, .. voice, .. pause, .. voice];
        var parts = new SpeechWindows(1_250, SpeechWindows.Default.WarmUp);
        Assert.Equal(2, parts.Tasks(sound.Length));
        var whole = await SpeechOfAsync(new SpeechWindows(2_500, 0), sound);
        Assert.Equal(6, whole.Count);
        Assert.All(whole.Zip(await SpeechOfAsync(parts, sound)), pair => Assert.True(
            Math.Abs(pair.First.Start - pair.Second.Start) < 0.15 && Math.Abs(pair.First.End - pair.Second.End) < 0.15, $"{pair.First} and {pair.Second}"));
    }

    [Fact]
    public void The_model_is_the_same_every_time_and_the_reader_takes_it()
    {
        var net = File.ReadAllBytes(Net);
        var model = SpeechModel.Build(net);
        Assert.Equal(model, SpeechModel.Build(net));
        var description = ModelReader.Read(model);
        Assert.Equal(["windows: Float [?, ?, ?]", "sr: Int64 []"], description.Inputs.Select(input => input.ToString()));
        Assert.Equal(["speech"], description.Outputs);
        Assert.Empty(description.PickedOutputs);
        Assert.Throws<OnnxModelException>(() => SpeechModel.Build(File.ReadAllBytes(Checkout.At("node_modules/@ricky0123/vad-web/dist/silero_vad_legacy.onnx"))));
    }

    [Theory]
    [InlineData(OptimizationLevel.Basic)]
    [InlineData(OptimizationLevel.All)]
    public async Task The_model_runs_as_well_where_the_runtime_rewrites_it(OptimizationLevel level)
    {
        var step = await App.Find("speech")!.PrepareAsync(_bench.Input(_bench.Write("talk.wav", Sound.Wav(Sound.Voice(2)))), Workbench.Stop);
        var plain = TensorNumbers.Of((await Workbench.RunAsync(step))[0]![0].Value);
        var rewritten = TensorNumbers.Of((await Workbench.RunAsync(step, level))[0]![0].Value);
        Assert.All(plain.Zip(rewritten), pair => Assert.Equal(pair.First, pair.Second, 3));
    }

    private async Task<SoundSpeech> ListenAsync(byte[] wav) =>
        Assert.Single(Assert.IsType<SpeechReport>(await Workbench.RunAsync("speech", _bench.Input(_bench.Write("talk.wav", wav)))).Sounds);

    private async Task<IReadOnlyList<TimeRange>> SpeechOfAsync(SpeechWindows windows, float[] sound)
    {
        var work = _bench.Input().Work;
        var model = Path.Combine(work, "speech.onnx");
        await File.WriteAllBytesAsync(model, SpeechModel.Build(await File.ReadAllBytesAsync(Net, Workbench.Stop)), Workbench.Stop);
        var tasks = new AppTasks(Path.Combine(work, "tasks"));
        for (var task = 0; task < windows.Tasks(sound.Length); task++)
        {
            await tasks.AddAsync($"{task}", windows.Inputs(sound, task), Workbench.Stop);
        }

        var outputs = await Workbench.RunAsync(new AppStep("listen", model, tasks));
        var probabilities = outputs.SelectMany((o, task) => TensorNumbers.Of(o![0].Value)[windows.WarmUpOf(task)..]).Select(p => (float?)p).ToList();
        Assert.Equal(SpeechWindows.Count(sound.Length), probabilities.Count);
        return new Timeline(0.5, 0.032).Of(probabilities, sound.Length / 16_000.0);
    }

    public void Dispose() => _bench.Dispose();
}
