namespace Market.Apps.Text;

/// <summary>The convex hull of points (Andrew's monotone chain, 1979).</summary>
internal static class ConvexHull
{
    public static List<(int X, int Y)> Of(IReadOnlyList<(int X, int Y)> points)
    {
        var sorted = points.Distinct().Order().ToList();
        if (sorted.Count < 3)
        {
            return sorted;
        }

        var lower = Half(sorted);
        sorted.Reverse();
        return [.. lower, .. Half(sorted)];
    }

    private static List<(int X, int Y)> Half(List<(int X, int Y)> sorted)
    {
        var chain = new List<(int X, int Y)>();
        foreach (var point in sorted)
        {
            while (chain.Count >= 2 && Turn(chain[^2], chain[^1], point) <= 0)
            {
                chain.RemoveAt(chain.Count - 1);
            }

            chain.Add(point);
        }

        chain.RemoveAt(chain.Count - 1);
        return chain;
    }

    private static long Turn((int X, int Y) a, (int X, int Y) b, (int X, int Y) c) =>
        ((long)(b.X - a.X) * (c.Y - a.Y)) - ((long)(b.Y - a.Y) * (c.X - a.X));
}
