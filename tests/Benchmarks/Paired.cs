using System.Diagnostics;

namespace Market.Benchmarks;

/// <summary>Measures things in turn, so that whatever else the machine does falls on all alike.</summary>
internal static class Paired
{
    /// <summary>Takes every measure once per round, beginning with another one each time; a row of values for each measure.</summary>
    /// <remarks>A round before the first warms up and does not count.</remarks>
    public static async Task<double[][]> InTurnAsync(int rounds, params Func<Task<double>>[] measures)
    {
        var rows = measures.Select(_ => new double[rounds]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < measures.Length; i++)
            {
                var turn = (i + round + 1) % measures.Length;
                var value = await measures[turn]();
                if (round >= 0)
                {
                    rows[turn][round] = value;
                }
            }
        }

        return rows;
    }

    /// <summary>The median over the rounds of (time of <paramref name="baseline"/> / time of <paramref name="subject"/>): above 1, the subject is faster.</summary>
    public static async Task<double> RatioAsync(int rounds, Func<Task> baseline, Func<Task> subject)
    {
        var rows = await InTurnAsync(rounds, () => TimeAsync(baseline), () => TimeAsync(subject));
        return Ratio(rows[0], rows[1]);
    }

    /// <summary>Seconds that the action takes.</summary>
    public static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds of processor time that an action takes which only computes: what else the machine does is not in them.</summary>
    public static Task<double> ComputeAsync(Action action) => Task.Run(() =>
    {
        var start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    });

    /// <summary>The median of the rounds' quotients.</summary>
    public static double Ratio(double[] dividends, double[] divisors) => Median(dividends.Zip(divisors, (a, b) => a / b));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
