namespace Market.Apps.Speech;

/// <summary>Where there is speech in sounds.</summary>
/// <param name="WindowSeconds">How long the window is that a probability tells of.</param>
/// <param name="Sounds">One for each file, in order.</param>
public sealed record SpeechReport(double WindowSeconds, IReadOnlyList<SoundSpeech> Sounds) : AppReport;

/// <summary>Where there is speech in one sound.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Seconds">How long the sound is.</param>
/// <param name="Speech">The parts with speech, in order.</param>
/// <param name="Probabilities">How likely there is speech in each window; null in windows for which the model gave no result.</param>
public sealed record SoundSpeech(string File, double Seconds, IReadOnlyList<TimeRange> Speech, IReadOnlyList<float?> Probabilities);

/// <summary>A part of a sound, in seconds from its beginning.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
public sealed record TimeRange(double Start, double End);
