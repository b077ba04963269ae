using System.Globalization;
using System.Runtime.InteropServices;
using Market.Apps.Decoding;
using Market.Onnx.Tensors;

namespace Market.Apps.Speech;

/// <summary>Speech in sounds, by Silero VAD 5.</summary>
internal sealed class SpeechApp : App
{
    private const double WindowSeconds = (double)SpeechWindows.Step / SpeechWindows.Rate;
    private static readonly AppSetting Threshold = new("threshold", "Probability from which on it is speech", 0.5, 0.2, 0.95);
    private static readonly AppModel Net = new("Silero VAD 5", "@ricky0123/vad-web/dist/silero_vad_v5.onnx") { Build = net => SpeechModel.Build(net) };
    private static readonly DecodedFiles Sounds = new("sound", 1L << 30);

    /// <inheritdoc/>
    public override string Id => "speech";

    /// <inheritdoc/>
    public override string Title => "Speech detection";

    /// <inheritdoc/>
    public override string About => "Tells where in a recording somebody speaks, as a timeline. Model: Silero VAD 5.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Accepts { get; } = [".wav"];

    /// <inheritdoc/>
    public override bool TakesSounds => true;

    /// <inheritdoc/>
    public override IReadOnlyList<AppSetting> Settings { get; } = [Threshold];

    /// <inheritdoc/>
    public override IReadOnlyList<AppModel> Models { get; } = [Net];

    /// <inheritdoc/>
    public override async Task<AppStep> PrepareAsync(AppInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Check(this);
        Threshold.Of(input);
        await Sounds.DecodeAsync(input, cancellationToken).ConfigureAwait(false);
        var tasks = new AppTasks(Path.Combine(input.Work, "listen"));
        for (var file = 0; file < input.Files.Count; file++)
        {
            var sound = await ReadSoundAsync(input, file, cancellationToken).ConfigureAwait(false);
            for (var task = 0; task < SpeechWindows.Default.Tasks(sound.Length / sizeof(float)); task++)
            {
                var label = string.Create(CultureInfo.InvariantCulture, $"{input.Files[file].Name}, from {TimeSpan.FromSeconds(task * SpeechWindows.Default.PerTask * WindowSeconds):h\\:mm\\:ss}");
                await tasks.AddAsync(label, SpeechWindows.Default.Inputs(MemoryMarshal.Cast<byte, float>(sound), task), cancellationToken).ConfigureAwait(false);
            }
        }

        var model = Path.Combine(input.Work, "speech.onnx");
        await File.WriteAllBytesAsync(model, await Net.ReadAsync(input.Models, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new AppStep("Listen", model, tasks);
    }

    /// <inheritdoc/>
    public override Task<AppReport> ReadAsync(AppInput input, IReadOnlyList<IReadOnlyList<TensorMap?>> outputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(outputs);
        var timeline = new Timeline(Threshold.Of(input), WindowSeconds);
        var (sounds, next) = (new List<SoundSpeech>(), 0);
        for (var file = 0; file < input.Files.Count; file++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (name, samples, probabilities) = (input.Files[file].Name, SamplesOf(input, file), new List<float?>());
            for (var task = 0; task < SpeechWindows.Default.Tasks(samples); task++)
            {
                probabilities.AddRange(Probabilities(name, outputs[0][next++], SpeechWindows.Default.WarmUpOf(task), SpeechWindows.Default.WindowsOf(task, samples)));
            }

            var seconds = (double)samples / SpeechWindows.Rate;
            sounds.Add(new SoundSpeech(name, Math.Round(seconds, 3), timeline.Of(probabilities, seconds), probabilities));
        }

        return Task.FromResult<AppReport>(new SpeechReport(WindowSeconds, sounds));
    }

    private static IEnumerable<float?> Probabilities(string file, TensorMap? outputs, int warmUp, int windows)
    {
        if (outputs is null)
        {
            return Enumerable.Repeat<float?>(null, windows);
        }

        var all = outputs.Count > 0 && outputs[0].Value.Type == ElementType.Float ? TensorNumbers.Of(outputs[0].Value) : [];
        return all.Length == warmUp + windows
            ? all[warmUp..].Select(probability => (float?)probability)
            : throw new AppException(file, $"The model gave {all.Length} probabilities, expected {warmUp + windows}.");
    }

    private static int SamplesOf(AppInput input, int file) => (int)(new FileInfo(Sounds.PathOf(input, file)).Length / sizeof(float));

    private static async Task<byte[]> ReadSoundAsync(AppInput input, int file, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(Sounds.PathOf(input, file), cancellationToken).ConfigureAwait(false);
        return bytes.Length >= sizeof(float) ? bytes : throw new AppException(input.Files[file].Name, "The file has no sample, expected at least one.");
    }
}
