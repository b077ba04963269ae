using Market.Apps.Text;
using SkiaSharp;

namespace Market.Demo.Recognition;

/// <summary>Decodes the picture of a line.</summary>
internal static class LinePicture
{
    private const int LargestSide = 8192;

    public static Picture Decode(string name, byte[] encoded)
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

        byte[] pixels = new byte[3 * picture.Width * picture.Height];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            (int y, int x) = Math.DivRem(i, picture.Width);
            picture.GetPixelSpan().Slice((y * picture.RowBytes) + (4 * x), 3).CopyTo(pixels.AsSpan(3 * i));
        }

        return new Picture(picture.Width, picture.Height, pixels);
    }
}
