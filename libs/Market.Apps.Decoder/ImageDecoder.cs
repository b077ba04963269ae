using System.Buffers.Binary;
using SkiaSharp;

namespace Market.Apps.Decoder;

/// <summary>Reads a PNG, JPEG or WebP picture as people see it: upright by its EXIF orientation, on white where it is transparent.</summary>
internal static class ImageDecoder
{
    /// <summary>Pixels of the longest side that is given.</summary>
    /// <remarks>Text that is lost by this scale is lost for the models as well.</remarks>
    public const int LongestGiven = 4096;

    private const int LargestFile = 64 << 20;
    private const int LongestSide = 20_000;
    private const int MostPixels = 50_000_000;

    private static readonly SKEncodedImageFormat[] Known = [SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp];

    public static void Decode(Stream input, Stream output)
    {
        using var data = SKData.CreateCopy(ReadAll(input));
        using var codec = SKCodec.Create(data);
        if (codec is null || !Known.Contains(codec.EncodedFormat))
        {
            throw new RefusedException($"{data.Size} bytes of {codec?.EncodedFormat.ToString() ?? "no kind of picture that is known here"} found, expected a PNG, JPEG or WebP picture.");
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width is < 1 or > LongestSide || height is < 1 or > LongestSide || (long)width * height > MostPixels)
        {
            throw new RefusedException($"The picture is {width}×{height}, expected at most {LongestSide} each way and {MostPixels / 1_000_000} million pixels.");
        }

        using var picture = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        if (codec.GetPixels(picture.Info, picture.GetPixels()) is var found and not SKCodecResult.Success)
        {
            throw new RefusedException($"The picture is cut off or damaged ({found}), expected a whole one.");
        }

        Write(picture, codec.EncodedOrigin, output);
    }

    private static void Write(SKBitmap picture, SKEncodedOrigin origin, Stream output)
    {
        var (turn, width, height) = Orientation.Of(origin, picture.Width, picture.Height);
        var scale = Math.Min(1, (float)LongestGiven / Math.Max(width, height));
        int scaledWidth = Math.Max(1, (int)(width * scale)), scaledHeight = Math.Max(1, (int)(height * scale));
        using var upright = new SKBitmap(new SKImageInfo(scaledWidth, scaledHeight, SKColorType.Bgra8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(upright))
        {
            canvas.Clear(SKColors.White);
            canvas.SetMatrix(turn.PostConcat(SKMatrix.CreateScale((float)scaledWidth / width, (float)scaledHeight / height)));
            using var image = SKImage.FromPixels(picture.PeekPixels());
            canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        Span<byte> header = stackalloc byte[16];
        foreach (var (i, number) in new[] { width, height, scaledWidth, scaledHeight }.Index())
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[(4 * i)..], number);
        }

        output.Write(header);
        WritePixels(upright, output);
    }

    private static void WritePixels(SKBitmap picture, Stream output)
    {
        var row = new byte[3 * picture.Width];
        for (var y = 0; y < picture.Height; y++)
        {
            var bgra = picture.GetPixelSpan().Slice(y * picture.RowBytes, 4 * picture.Width);
            for (var x = 0; x < picture.Width; x++)
            {
                bgra.Slice(4 * x, 3).CopyTo(row.AsSpan(3 * x));
            }

            output.Write(row);
        }
    }

    private static byte[] ReadAll(Stream input)
    {
        using var file = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            file.Write(buffer, 0, read);
            if (file.Length > LargestFile)
            {
                throw new RefusedException($"The file has more than {LargestFile} bytes.");
            }
        }

        return file.ToArray();
    }
}
