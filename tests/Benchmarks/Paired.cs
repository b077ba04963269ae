using System.Diagnostics;

namespace Market.Benchmarks;

/// <summary>Measures two things in turn, so that whatever else the machine does falls on both alike.</summary>
internal static class Paired
{
    /// <summary>The median over the rounds of (time of <paramref name="baseline"/> / time of <paramref name="subject"/>): above 1, the subject is faster.</summary>
    public static async Task<double> RatioAsync(int rounds, Func<Task> baseline, Func<Task> subject)
    {
        await baseline();
        await subject();
        var ratios = new List<double>(rounds);
        for (var i = 0; i < rounds; i++)
        {
            var (first, second) = i % 2 == 0 ? (baseline, subject) : (subject, baseline);
            var (one, two) = (await TimeAsync(first), await TimeAsync(second));
            ratios.Add(i % 2 == 0 ? one / two : two / one);
        }

        return Median(ratios);
    }

    /// <summary>Seconds that the action takes.</summary>
    public static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
