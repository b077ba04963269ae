namespace Market.Apps.Text;

/// <summary>Cuts a box out of a picture and turns it level.</summary>
internal static class Crop
{
    private const double Upright = 1.5;
    private const int LongestSide = 8192;

    /// <summary>The line in the box; one that is much higher than wide is text that runs down or up, and is turned by 90°.</summary>
    public static Picture Of(Picture picture, TextBox box)
    {
        if (box.Height >= box.Width * Upright)
        {
            box = new TextBox(box.X, box.Y, box.Height, box.Width, box.Angle + (Math.PI / 2));
        }

        int width = Side(box.Width), height = Side(box.Height);
        var pixels = new byte[3 * width * height];
        var (sin, cos) = Math.SinCos(box.Angle);
        var from = picture.Pixels.Span;
        for (var v = 0; v < height; v++)
        {
            for (var u = 0; u < width; u++)
            {
                double dx = ((u + 0.5) * box.Width / width) - (box.Width / 2), dy = ((v + 0.5) * box.Height / height) - (box.Height / 2);
                Sample(picture, from, box.X + (dx * cos) - (dy * sin) - 0.5, box.Y + (dx * sin) + (dy * cos) - 0.5, pixels.AsSpan(3 * ((v * width) + u), 3));
            }
        }

        return new Picture(width, height, pixels);
    }

    private static int Side(double length) => Math.Clamp((int)Math.Round(length), 1, LongestSide);

    // Between four pixels; beyond the edge, the pixels of the edge go on.
    private static void Sample(Picture picture, ReadOnlySpan<byte> pixels, double x, double y, Span<byte> pixel)
    {
        (x, y) = (Math.Clamp(x, 0, picture.Width - 1), Math.Clamp(y, 0, picture.Height - 1));
        int left = (int)x, top = (int)y, right = Math.Min(left + 1, picture.Width - 1), bottom = Math.Min(top + 1, picture.Height - 1);
        double fx = x - left, fy = y - top;
        for (var channel = 0; channel < 3; channel++)
        {
            var above = (At(pixels, left, top, channel) * (1 - fx)) + (At(pixels, right, top, channel) * fx);
            var below = (At(pixels, left, bottom, channel) * (1 - fx)) + (At(pixels, right, bottom, channel) * fx);
            pixel[channel] = (byte)((above * (1 - fy)) + (below * fy) + 0.5);
        }

        byte At(ReadOnlySpan<byte> from, int column, int row, int channel) => from[(3 * ((row * picture.Width) + column)) + channel];
    }
}
