using SkiaSharp;

namespace Market.Apps.Decoder;

/// <summary>How a picture is turned upright (EXIF 2.32, tag 274).</summary>
internal static class Orientation
{
    /// <summary>The turn, and the width and height of what it gives.</summary>
    public static (SKMatrix Turn, int Width, int Height) Of(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => (Matrix(-1, 0, width, 0, 1, 0), width, height),
        SKEncodedOrigin.BottomRight => (Matrix(-1, 0, width, 0, -1, height), width, height),
        SKEncodedOrigin.BottomLeft => (Matrix(1, 0, 0, 0, -1, height), width, height),
        SKEncodedOrigin.LeftTop => (Matrix(0, 1, 0, 1, 0, 0), height, width),
        SKEncodedOrigin.RightTop => (Matrix(0, -1, height, 1, 0, 0), height, width),
        SKEncodedOrigin.RightBottom => (Matrix(0, -1, height, -1, 0, width), height, width),
        SKEncodedOrigin.LeftBottom => (Matrix(0, 1, 0, -1, 0, width), height, width),
        _ => (SKMatrix.Identity, width, height),
    };

    private static SKMatrix Matrix(float xx, float xy, float x, float yx, float yy, float y) => new(xx, xy, x, yx, yy, y, 0, 0, 1);
}
