using System.Buffers.Binary;
using SkiaSharp;

namespace Market.Apps.Decoder;

/// <summary>Makes a JPEG of the pixels that <see cref="ImageDecoder"/> wrote: upright, and as large as pages show it.</summary>
internal static class PictureEncoder
{
    private const int HeaderBytes = 16;
    private const int Longest = 1600;
    private const int Quality = 82;

    public static void Encode(Stream input, Stream output)
    {
        var (width, height) = ReadSize(input);
        using var picture = ReadPixels(input, width, height);
        var scale = Math.Min(1, (float)Longest / Math.Max(width, height));
        int shownWidth = Math.Max(1, (int)MathF.Round(width * scale)), shownHeight = Math.Max(1, (int)MathF.Round(height * scale));
        using var image = SKImage.FromPixels(picture.PeekPixels());
        using var surface = SKSurface.Create(new SKImageInfo(shownWidth, shownHeight, SKColorType.Bgra8888, SKAlphaType.Opaque));
        surface.Canvas.DrawImage(image, SKRect.Create(shownWidth, shownHeight), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var shown = surface.Snapshot();
        using var jpeg = shown.Encode(SKEncodedImageFormat.Jpeg, Quality);
        jpeg.SaveTo(output);
    }

    // Another process decoded a stranger's file into this: it is not believed.
    private static (int Width, int Height) ReadSize(Stream input)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        var read = input.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        var (width, height) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        return read == HeaderBytes && width is > 0 and <= ImageDecoder.LongestGiven && height is > 0 and <= ImageDecoder.LongestGiven
            ? (width, height)
            : throw new RefusedException($"Pixels of a picture of {width}×{height} found, expected at most {ImageDecoder.LongestGiven} each way.");
    }

    private static SKBitmap ReadPixels(Stream input, int width, int height)
    {
        var picture = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        var row = new byte[3 * width];
        for (var y = 0; y < height; y++)
        {
            if (input.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
            {
                picture.Dispose();
                throw new RefusedException($"The pixels end in row {y}, expected {height} rows.");
            }

            var bgra = picture.GetPixelSpan().Slice(y * picture.RowBytes, 4 * width);
            for (var x = 0; x < width; x++)
            {
                row.AsSpan(3 * x, 3).CopyTo(bgra[(4 * x)..]);
                bgra[(4 * x) + 3] = byte.MaxValue;
            }
        }

        return picture;
    }
}
