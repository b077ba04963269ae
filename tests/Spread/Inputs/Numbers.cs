using Market.Spread.Nets;

namespace Market.Spread.Inputs;

/// <summary>Words and numbers as tasks have them, from a seed.</summary>
internal static class Numbers
{
    /// <summary>Word numbers of which the small ones are frequent, as in texts (Zipf).</summary>
    public static long[] Words(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Transformers.Length).Select(_ => (long)Math.Pow(Transformers.Words, random.NextDouble()) - 1)];
    }

    /// <summary>Columns of a table, standardized: a third bell-shaped, a third skewed with long tails, a third yes or no.</summary>
    public static float[] Row(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Tables.Columns).Select(column => (column % 3) switch
        {
            0 => (float)Normal(random),
            1 => (float)((Math.Exp(Normal(random)) - 1.65) / 2.16),
            _ => random.NextDouble() < 0.3 ? 1.5f : -0.65f,
        })];
    }

    /// <summary>Sixteen series of daily changes whose size comes in waves, as those of prices.</summary>
    public static float[] Changes(int seed)
    {
        var random = new Random(seed);
        var changes = new float[16 * Tables.Series];
        var size = 0.01;
        foreach (ref var change in changes.AsSpan())
        {
            size = 0.002 + 0.8 * size + 0.1 * size * Math.Abs(Normal(random));
            change = (float)(size * Normal(random));
        }

        return changes;
    }

    /// <summary>Numbers in −edge … edge.</summary>
    public static float[] Uniform(int seed, int count, float edge)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => edge * (2 * random.NextSingle() - 1))];
    }

    // The sum of twelve uniform numbers has variance 1.
    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
