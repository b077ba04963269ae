using SkiaSharp;

namespace Market.Demo.Recognition;

/// <summary>Turns the picture of a line into the input of PP-OCRv4's recognition model, as PaddleOCR does it.</summary>
internal static class LineTensor
{
    /// <summary>The height that the model was trained on.</summary>
    public const int Height = 48;

    private const int LargestSide = 8192;
    private const int WidestInput = 3200;

    /// <summary>float32 [1, 3, 48, width]: blue, green, red planes of x/127.5 − 1, width by the picture's aspect ratio.</summary>
    public static (float[] Values, int Width) FromPicture(string name, byte[] encoded)
    {
        using var codec = SKCodec.Create(new MemoryStream(encoded))
            ?? throw new InvalidDataException($"'{name}' is not an image: {encoded.Length} bytes that no decoder knows; expected PNG or JPEG.");
        if (codec.Info.Width is < 1 or > LargestSide || codec.Info.Height is < 1 or > LargestSide)
        {
            throw new InvalidDataException($"'{name}' is {codec.Info.Width}×{codec.Info.Height}; expected 1 to {LargestSide} each way.");
        }

        using var picture = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        if (codec.GetPixels(picture.Info, picture.GetPixels()) is var found and not SKCodecResult.Success)
        {
            throw new InvalidDataException($"'{name}' is cut off or damaged ({found}); expected a whole PNG or JPEG.");
        }

        int width = Math.Clamp((int)Math.Ceiling((double)Height * picture.Width / picture.Height), 16, WidestInput);
        using SKBitmap scaled = picture.Resize(new SKImageInfo(width, Height, SKColorType.Bgra8888, SKAlphaType.Premul), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            ?? throw new InvalidDataException($"'{name}' could not be scaled to {width}×{Height}.");
        return (Planes(scaled.GetPixelSpan(), scaled.RowBytes, width), width);
    }

    private static float[] Planes(ReadOnlySpan<byte> bgra, int rowBytes, int width)
    {
        float[] values = new float[3 * Height * width];
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    values[(((channel * Height) + y) * width) + x] = (bgra[(y * rowBytes) + (x * 4) + channel] / 127.5f) - 1;
                }
            }
        }

        return values;
    }
}
