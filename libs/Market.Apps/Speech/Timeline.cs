namespace Market.Apps.Speech;

/// <summary>From probabilities to parts with speech.</summary>
/// <remarks>
/// Speech begins where the probability reaches a threshold and ends where it stays below a lower one: one threshold alone would chop
/// words. Short silences do not end it, and what is too short to be a word is none.
/// </remarks>
/// <param name="threshold">Where speech begins.</param>
/// <param name="windowSeconds">Length of a window.</param>
internal sealed class Timeline(double threshold, double windowSeconds)
{
    private const double Hysteresis = 0.15;
    private const double LeastSilence = 0.1;
    private const double LeastSpeech = 0.25;
    private const double Margin = 0.03;

    /// <summary>The parts with speech, with a small margin around each.</summary>
    public IReadOnlyList<TimeRange> Of(IReadOnlyList<float?> probabilities, double seconds)
    {
        var parts = new List<TimeRange>();
        int? start = null;
        var heard = 0;
        for (var i = 0; i <= probabilities.Count; i++)
        {
            var probability = i < probabilities.Count ? probabilities[i] ?? 0 : 0;
            if (probability >= threshold - (start is null ? 0 : Hysteresis))
            {
                start ??= i;
                heard = i + 1;
            }
            else if (start is { } first && (i == probabilities.Count || (i + 1 - heard) * windowSeconds >= LeastSilence))
            {
                Add(parts, first * windowSeconds, heard * windowSeconds, seconds);
                start = null;
            }
        }

        return parts;
    }

    private static void Add(List<TimeRange> parts, double start, double end, double seconds)
    {
        if (end - start >= LeastSpeech)
        {
            var least = parts.Count > 0 ? parts[^1].End : 0;
            parts.Add(new TimeRange(Math.Round(Math.Max(least, start - Margin), 3), Math.Round(Math.Min(seconds, end + Margin), 3)));
        }
    }
}
