namespace Market.Apps.Text;

/// <summary>Scales pixels along one side and then the other.</summary>
internal static class Scaling
{
    /// <summary>Every row of a picture in a new width.</summary>
    public static byte[] Rows(ReadOnlySpan<byte> pixels, int width, int height, int newWidth)
    {
        var scaled = new byte[3 * newWidth * height];
        var weights = Weights(width, newWidth);
        for (var y = 0; y < height; y++)
        {
            Line(pixels.Slice(3 * y * width, 3 * width), 3, scaled.AsSpan(3 * y * newWidth, 3 * newWidth), 3, weights);
        }

        return scaled;
    }

    /// <summary>Every column of a picture in a new height.</summary>
    public static byte[] Columns(ReadOnlySpan<byte> pixels, int width, int height, int newHeight)
    {
        var scaled = new byte[3 * width * newHeight];
        var weights = Weights(height, newHeight);
        for (var x = 0; x < width; x++)
        {
            Line(pixels[(3 * x)..], 3 * width, scaled.AsSpan(3 * x), 3 * width, weights);
        }

        return scaled;
    }

    private static void Line(ReadOnlySpan<byte> from, int fromStep, Span<byte> to, int toStep, (int First, float[] Parts)[] weights)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var (first, parts) = weights[i];
            var (blue, green, red) = (0.5f, 0.5f, 0.5f);
            for (var k = 0; k < parts.Length; k++)
            {
                var pixel = from.Slice((first + k) * fromStep, 3);
                blue += parts[k] * pixel[0];
                green += parts[k] * pixel[1];
                red += parts[k] * pixel[2];
            }

            (to[i * toStep], to[(i * toStep) + 1], to[(i * toStep) + 2]) = ((byte)blue, (byte)green, (byte)red);
        }
    }

    private static (int First, float[] Parts)[] Weights(int size, int newSize)
    {
        var step = (double)size / newSize;
        var reach = Math.Max(1, step);
        var weights = new (int, float[])[newSize];
        for (var i = 0; i < newSize; i++)
        {
            var centre = ((i + 0.5) * step) - 0.5;
            var first = Math.Clamp((int)Math.Ceiling(centre - reach), 0, size - 1);
            var last = Math.Clamp((int)Math.Floor(centre + reach), first, size - 1);
            var parts = Enumerable.Range(first, last - first + 1).Select(k => Math.Max(0, 1 - (Math.Abs(k - centre) / reach))).ToArray();
            var sum = parts.Sum();
            weights[i] = (first, Array.ConvertAll(parts, part => (float)(sum > 0 ? part / sum : 1.0 / parts.Length)));
        }

        return weights;
    }
}
