using SkiaSharp;

namespace Market.Apps.Tests.Text;

/// <summary>Draws pages with text at known places.</summary>
internal sealed class Page : IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly SKTypeface _face = SKTypeface.FromFile(Checkout.At("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));

    public Page(int width, int height)
    {
        _bitmap = new SKBitmap(width, height);
        _bitmap.Erase(SKColors.White);
    }

    /// <summary>Writes a line that begins at a point of its base line, turned by so many degrees.</summary>
    /// <returns>The corners of the text, as a report has them.</returns>
    public double[] Write(string text, float x, float y, float size, float degrees = 0)
    {
        using var canvas = new SKCanvas(_bitmap);
        using var font = new SKFont(_face, size);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.RotateDegrees(degrees, x, y);
        canvas.DrawText(text, x, y, SKTextAlign.Left, font, paint);
        font.MeasureText(text, out var ink);
        ink.Offset(x, y);
        var turn = SKMatrix.CreateRotationDegrees(degrees, x, y);
        SKPoint[] corners = [new(ink.Left, ink.Top), new(ink.Right, ink.Top), new(ink.Right, ink.Bottom), new(ink.Left, ink.Bottom)];
        return [.. turn.MapPoints(corners).SelectMany(p => new double[] { p.X, p.Y })];
    }

    public byte[] Encode(SKEncodedImageFormat format)
    {
        using var data = _bitmap.Encode(format, 95);
        return data.ToArray();
    }

    public void Dispose()
    {
        _bitmap.Dispose();
        _face.Dispose();
    }
}
