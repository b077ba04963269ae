using SkiaSharp;

namespace Market.Demo.TextLines;

/// <summary>Draws lines of text with a real font, in various sizes, weights and colours: the demo's input.</summary>
internal static class LineDrawing
{
    private static readonly string[] Sentences =
    [
        "The quick brown fox jumps over the lazy dog", "Invoice No. 20461, due 14 March", "Total amount: 1,294.50 EUR",
        "Machines differ in the last bits", "Honest work is paid", "Meeting moved to Thursday 10:30",
        "Keep refrigerated at 4 degrees", "Platform 7, coach 12, seat 45", "Made from recycled paper",
        "Please mind the gap", "Serial number A7731-09", "Lighthouse Street 118",
        "Read the manual before use", "Open daily from 9 to 18", "Best before end of June 2027",
        "No smoking beyond this point", "Return to sender", "Flight KL1822 to Amsterdam",
        "Water boils at 100 degrees", "Chapter 3: The harbour", "Store in a dry place",
        "Handle with care", "Two tickets, row 14", "Library closes at 20:00",
        "Push to open", "Battery low, please charge", "Room 212, second floor",
        "Deposit 25.00 per bottle", "Answer within 30 days", "Customer copy",
        "Blue harbour ferry timetable", "Northern line delayed",
    ];

    private static readonly string[] Fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansCondensed.ttf"];

    private static readonly (SKColor Ink, SKColor Paper)[] Colours =
        [(SKColors.Black, SKColors.White), (new SKColor(30, 30, 90), new SKColor(245, 240, 225)), (SKColors.White, new SKColor(40, 60, 50))];

    /// <summary>Draws <paramref name="count"/> lines; the same call gives the same pictures.</summary>
    /// <param name="count">How many lines.</param>
    /// <param name="fontFolder">The folder that holds the DejaVu fonts.</param>
    public static IReadOnlyList<TextLine> Draw(int count, string fontFolder) =>
        [.. Enumerable.Range(0, count).Select(i => new TextLine($"line-{i + 1:000}", Sentence(i), DrawLine(i, fontFolder)))];

    // Beyond the list, a number makes each line a text of its own.
    private static string Sentence(int i) =>
        i < Sentences.Length ? Sentences[i] : $"{Sentences[i % Sentences.Length]} {i + 1}";

    private static byte[] DrawLine(int i, string fontFolder)
    {
        using var face = SKTypeface.FromFile(Path.Combine(fontFolder, Fonts[i % Fonts.Length]))
            ?? throw new FileNotFoundException($"No font '{Fonts[i % Fonts.Length]}' in '{fontFolder}'; expected the DejaVu fonts there.");
        float size = 18 + (i * 7 % 23);
        using var font = new SKFont(face, size);
        (SKColor ink, SKColor paper) = Colours[i % Colours.Length];
        using var paint = new SKPaint { Color = ink, IsAntialias = true };
        string text = Sentence(i);
        float width = font.MeasureText(text);
        using var bitmap = new SKBitmap((int)width + 12, (int)(size * 1.4f) + 8);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(paper);
            canvas.DrawText(text, 6, (size * 1.05f) + 4, SKTextAlign.Left, font, paint);
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
