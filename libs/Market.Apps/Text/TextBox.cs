namespace Market.Apps.Text;

/// <summary>A rectangle that may be turned: a line of text in a picture.</summary>
/// <param name="X">Centre, in pixels.</param>
/// <param name="Y">Centre, in pixels.</param>
/// <param name="Width">Along the line.</param>
/// <param name="Height">Across it.</param>
/// <param name="Angle">Of the line, in radians from the x axis (which points right) to the y axis (which points down): −π/4 to π/4.</param>
internal readonly record struct TextBox(double X, double Y, double Width, double Height, double Angle)
{
    /// <summary>Corners as x, y: where the line begins above, ends above, ends below, begins below.</summary>
    public IReadOnlyList<double> Corners
    {
        get
        {
            var ((sin, cos), w, h, x, y) = (Math.SinCos(Angle), Width / 2, Height / 2, X, Y);
            return [.. new[] { (-w, -h), (w, -h), (w, h), (-w, h) }.SelectMany(c => new[] { x + (c.Item1 * cos) - (c.Item2 * sin), y + (c.Item1 * sin) + (c.Item2 * cos) })];
        }
    }

    /// <summary>Larger by so much on each side.</summary>
    public TextBox Grow(double by) => this with { Width = Width + (2 * by), Height = Height + (2 * by) };

    /// <summary>The least rectangle, by area, around points (rotating calipers over their convex hull).</summary>
    public static TextBox Around(IReadOnlyList<(int X, int Y)> points)
    {
        var hull = ConvexHull.Of(points);
        var best = default(TextBox);
        var least = double.PositiveInfinity;
        for (var i = 0; i < hull.Count; i++)
        {
            var (from, to) = (hull[i], hull[(i + 1) % hull.Count]);
            var box = Along(hull, Math.Atan2(to.Y - from.Y, to.X - from.X));
            if (box.Width * box.Height < least)
            {
                (best, least) = (box, box.Width * box.Height);
            }
        }

        return best;
    }

    // Whatever the edge's direction, the line is the side that is nearer to horizontal.
    private static TextBox Along(List<(int X, int Y)> hull, double angle)
    {
        angle -= Math.Round(angle / (Math.PI / 2)) * (Math.PI / 2);
        var (sin, cos) = Math.SinCos(angle);
        var along = hull.ConvertAll(p => (p.X * cos) + (p.Y * sin));
        var across = hull.ConvertAll(p => (p.Y * cos) - (p.X * sin));
        // A pixel is a square: half of it lies beyond its centre.
        var (u, v) = ((along.Min() + along.Max()) / 2, (across.Min() + across.Max()) / 2);
        return new TextBox((u * cos) - (v * sin), (u * sin) + (v * cos), along.Max() - along.Min() + 1, across.Max() - across.Min() + 1, angle);
    }
}
