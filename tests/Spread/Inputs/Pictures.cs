using Market.Demo.TextLines;
using Market.Onnx.Tensors;
using SkiaSharp;

namespace Market.Spread.Inputs;

/// <summary>Draws pictures from a seed: scenes of shapes, lines of text, pages of lines; as planes of blue, green, red.</summary>
/// <param name="fonts">The folder of the DejaVu fonts.</param>
internal sealed class Pictures(string fonts)
{
    private const int DifferentLines = 96;
    private readonly Lazy<IReadOnlyList<TextLine>> _lines = new(() => LineDrawing.Draw(DifferentLines, fonts));

    /// <summary>A sky, a ground and some shapes on them, in −1 … 1.</summary>
    public static Tensor Scene(int seed, int size)
    {
        var random = new Random(seed);
        using var bitmap = New(size, size);
        using var canvas = new SKCanvas(bitmap);
        using (var sky = new SKPaint { Shader = SKShader.CreateLinearGradient(new(0, 0), new(size * random.NextSingle(), size), [Colour(random), Colour(random)], SKShaderTileMode.Clamp) })
        {
            canvas.DrawPaint(sky);
        }

        for (var shape = 0; shape < 7; shape++)
        {
            using var paint = new SKPaint { Color = Colour(random).WithAlpha((byte)random.Next(90, 256)), IsAntialias = true };
            float x = random.NextSingle() * size, y = random.NextSingle() * size, extent = size * (0.05f + 0.3f * random.NextSingle());
            if (shape % 2 == 0)
            {
                canvas.DrawCircle(x, y, extent / 2, paint);
            }
            else
            {
                canvas.DrawRect(x, y, extent, extent * random.NextSingle() * 2, paint);
            }
        }

        return Planes(bitmap, [127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f]);
    }

    /// <summary>One line of text as the recognition model takes it: scaled to a height of 48, gray on the right up to the width.</summary>
    public Tensor Line(int seed, int width)
    {
        using var line = Decoded(seed);
        using var bitmap = New(width, 48);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(128, 128, 128));
        canvas.DrawImage(line, new SKRect(0, 0, Math.Min(width, 48f * line.Width / line.Height), 48), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return Planes(bitmap, [127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f]);
    }

    /// <summary>A page with some lines of text, as the detection model takes it: by the means and deviations of ImageNet.</summary>
    public Tensor Page(int seed, int size)
    {
        var random = new Random(seed);
        using var bitmap = New(size, size);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor((byte)random.Next(200, 256), (byte)random.Next(200, 256), (byte)random.Next(200, 256)));
        for (var (top, line) = (random.Next(20), seed * 7); top < size - 40; top += random.Next(36, 90), line++)
        {
            using var picture = Decoded(line);
            canvas.DrawImage(picture, random.Next(40) - 5, top, new SKSamplingOptions(SKFilterMode.Nearest));
        }

        return Planes(bitmap, [123.675f, 116.28f, 103.53f], [58.395f, 57.12f, 57.375f]);
    }

    private SKImage Decoded(int line) => SKImage.FromEncodedData(_lines.Value[line % DifferentLines].Png);

    private static SKBitmap New(int width, int height) => new(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));

    private static SKColor Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));

    private static Tensor Planes(SKBitmap bitmap, float[] means, float[] deviations)
    {
        var pixels = bitmap.GetPixelSpan();
        var plane = bitmap.Width * bitmap.Height;
        var values = new float[3 * plane];
        for (var i = 0; i < values.Length; i++)
        {
            var (channel, at) = Math.DivRem(i, plane);
            var (y, x) = Math.DivRem(at, bitmap.Width);
            values[i] = (pixels[(y * bitmap.RowBytes) + (x * 4) + channel] - means[channel]) / deviations[channel];
        }

        return TaskInput.Floats([1, 3, bitmap.Height, bitmap.Width], values);
    }
}
