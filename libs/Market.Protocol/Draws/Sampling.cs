using System.Collections.Immutable;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Protocol.Draws;

/// <summary>Draws the tasks that a verifier must re-execute. Everybody who knows the seed draws the same.</summary>
/// <remarks>
/// By the <see cref="DrawnNumbers"/> of "market/sampling/1" ‖ seed. The first number, below 10,000, rounds: of tasks·share =
/// q·10,000 + r, q + 1 tasks are drawn if it is below r, else q. The tasks themselves are drawn by Floyd's method: for
/// j = tasks−s … tasks−1 draw t below j + 1 and take t, or j if t is taken already.
/// </remarks>
public static class Sampling
{
    /// <summary>The drawn tasks, ascending.</summary>
    /// <param name="seed">What nobody knew before the last result was on chain.</param>
    /// <param name="tasks">How many tasks the job has, 1 to 65,536.</param>
    /// <param name="share">The share of tasks to re-execute.</param>
    public static ImmutableArray<int> Draw(Seed seed, int tasks, BasisPoints share)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tasks, Bundles.Bundle.MostTasks);
        var words = new DrawnNumbers([.. "market/sampling/1"u8, .. seed.Value.ToArray()]);
        var (count, rest) = Math.DivRem(tasks * share.Value, BasisPoints.Whole);
        if (words.Below(BasisPoints.Whole) < rest)
        {
            count++;
        }

        var drawn = new SortedSet<int>();
        for (var j = tasks - count; j < tasks; j++)
        {
            if (!drawn.Add(words.Below(j + 1)))
            {
                drawn.Add(j);
            }
        }

        return [.. drawn];
    }
}
