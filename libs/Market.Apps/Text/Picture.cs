using System.Buffers.Binary;

namespace Market.Apps.Text;

/// <summary>A picture's pixels: rows of blue, green, red, a byte each.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">3 · width · height bytes.</param>
public sealed record Picture(int Width, int Height, ReadOnlyMemory<byte> Pixels)
{
    private const int HeaderBytes = 16;

    /// <summary>Width of the picture as people see it; <see cref="Width"/> is less where it was scaled down to be read.</summary>
    public int ShownWidth { get; init; } = Width;

    /// <summary>Height of the picture as people see it.</summary>
    public int ShownHeight { get; init; } = Height;

    /// <summary>The same picture in another size: each new pixel is the mean of those that it covers, weighted by a triangle.</summary>
    public Picture Resize(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return this;
        }

        var rows = Scaling.Rows(Pixels.Span, Width, Height, width);
        return new Picture(width, height, Scaling.Columns(rows, width, Height, height)) { ShownWidth = ShownWidth, ShownHeight = ShownHeight };
    }

    /// <summary>Planes of blue, green and red as models take them: (value / 255 − mean) / deviation.</summary>
    internal float[] Planes(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        var plane = Width * Height;
        var pixels = Pixels.Span;
        var values = new float[3 * plane];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < plane; i++)
            {
                values[(channel * plane) + i] = ((pixels[(3 * i) + channel] / 255f) - mean[channel]) / deviation[channel];
            }
        }

        return values;
    }

    /// <summary>Reads what the decoder wrote, which is not believed: it has read a stranger's file.</summary>
    /// <exception cref="AppException">It is no picture.</exception>
    internal static Picture Read(string path, string name)
    {
        var bytes = File.ReadAllBytes(path);
        int[] sizes = bytes.Length < HeaderBytes ? [] : [.. Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * i)))];
        return sizes.Length == 4 && sizes.All(size => size is > 0 and <= 1 << 16) && bytes.LongLength == HeaderBytes + (3L * sizes[2] * sizes[3])
            ? new Picture(sizes[2], sizes[3], bytes.AsMemory(HeaderBytes)) { ShownWidth = sizes[0], ShownHeight = sizes[1] }
            : throw new AppException(name, $"Its reader gave {bytes.Length} bytes that are no picture.");
    }
}
