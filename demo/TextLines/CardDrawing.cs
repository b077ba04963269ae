using SkiaSharp;

namespace Market.Demo.TextLines;

/// <summary>Puts lines of text on cards, as somebody would photograph them: where the text stands has to be found first.</summary>
internal static class CardDrawing
{
    private const int Width = 720;
    private const int Height = 240;
    private static readonly SKColor[] Tables = [new(200, 205, 210), new(120, 95, 75), new(60, 70, 80)];

    /// <summary>One card for each line; the same lines give the same cards.</summary>
    public static IReadOnlyList<TextLine> Draw(IReadOnlyList<TextLine> lines) =>
        [.. lines.Select((line, i) => line with { Name = line.Name.Replace("line", "card", StringComparison.Ordinal), Png = Draw(line.Png, i) })];

    private static byte[] Draw(byte[] line, int number)
    {
        using var text = SKBitmap.Decode(line);
        using var bitmap = new SKBitmap(Width, Math.Max(Height, text.Height));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Tables[number % Tables.Length]);
        var scale = Math.Min(1f, (Width - 40f) / text.Width);
        var (left, top) = (20 + (number * 37 % Math.Max(1, Width - 40 - (int)(text.Width * scale) + 1)), 20 + (number * 53 % (Height - 40 - (int)(text.Height * scale))));
        canvas.DrawBitmap(text, SKRect.Create(left, top, text.Width * scale, text.Height * scale), new SKSamplingOptions(SKFilterMode.Linear));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
