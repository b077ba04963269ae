namespace Market.Apps.Text;

/// <summary>How likely each pixel is part of a text.</summary>
/// <param name="values">Row by row.</param>
/// <param name="width">Pixels of a row.</param>
/// <param name="height">Rows.</param>
internal sealed class ProbabilityMap(float[] values, int width, int height)
{
    /// <summary>The borders of connected regions (by sides and corners) above a threshold, from above to below.</summary>
    public IEnumerable<IReadOnlyList<(int X, int Y)>> Regions(float threshold)
    {
        var seen = new bool[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!seen[i] && values[i] > threshold)
            {
                yield return Border(i, threshold, seen);
            }
        }
    }

    /// <summary>The mean of the pixels whose centres lie in a box.</summary>
    public double Mean(TextBox box)
    {
        var corners = box.Corners;
        var (left, right) = (corners.Where((_, i) => i % 2 == 0).Min(), corners.Where((_, i) => i % 2 == 0).Max());
        var (top, bottom) = (corners.Where((_, i) => i % 2 == 1).Min(), corners.Where((_, i) => i % 2 == 1).Max());
        var ((sin, cos), sum, count) = (Math.SinCos(box.Angle), 0.0, 0);
        for (var y = Math.Max(0, (int)top); y <= Math.Min(height - 1, (int)bottom); y++)
        {
            for (var x = Math.Max(0, (int)left); x <= Math.Min(width - 1, (int)right); x++)
            {
                var (dx, dy) = (x - box.X, y - box.Y);
                if (Math.Abs((dx * cos) + (dy * sin)) <= box.Width / 2 && Math.Abs((dy * cos) - (dx * sin)) <= box.Height / 2)
                {
                    sum += values[(y * width) + x];
                    count++;
                }
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private List<(int X, int Y)> Border(int start, float threshold, bool[] seen)
    {
        var border = new List<(int X, int Y)>();
        var open = new Stack<int>([start]);
        seen[start] = true;
        while (open.TryPop(out var at))
        {
            var (y, x) = Math.DivRem(at, width);
            var inside = true;
            for (var dy = -1; dy <= 1; dy++)
            {
                for (var dx = -1; dx <= 1; dx++)
                {
                    var isText = IsText(x + dx, y + dy, threshold, out var next);
                    inside &= isText;
                    if (isText && !seen[next])
                    {
                        seen[next] = true;
                        open.Push(next);
                    }
                }
            }

            if (!inside)
            {
                border.Add((x, y));
            }
        }

        return border;
    }

    private bool IsText(int x, int y, float threshold, out int index)
    {
        index = (y * width) + x;
        return x >= 0 && x < width && y >= 0 && y < height && values[index] > threshold;
    }
}
