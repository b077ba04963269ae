using Market.Apps.Text;
using SkiaSharp;

namespace Market.Apps.Tests.Text;

public sealed class TextAppTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "scan.png")]
    [InlineData(SKEncodedImageFormat.Jpeg, "scan.jpg")]
    [InlineData(SKEncodedImageFormat.Webp, "scan.webp")]
    public async Task Finds_lines_where_they_stand_and_reads_them(SKEncodedImageFormat format, string name)
    {
        using var page = new Page(900, 640);
        var expected = new List<(string Text, double[] Corners)>
        {
            ("Invoice No. 20461", page.Write("Invoice No. 20461", 60, 90, 40)),
            ("Total amount: 1,294.50 EUR", page.Write("Total amount: 1,294.50 EUR", 60, 220, 28)),
            ("Customer copy", page.Write("Customer copy", 560, 220, 28)),
            ("Lighthouse Street 118", page.Write("Lighthouse Street 118", 120, 430, 32, degrees: 12)),
        };
        var report = Assert.IsType<TextReport>(await Workbench.RunAsync("text", _bench.Input(_bench.Write(name, page.Encode(format)))));
        var picture = Assert.Single(report.Pictures);
        Assert.Equal((name, 900, 640), (picture.File, picture.Width, picture.Height));
        Assert.Equal(expected.Select(line => line.Text), picture.Lines!.Select(line => line.Text));
        foreach (var (line, (_, corners)) in picture.Lines!.Zip(expected))
        {
            Assert.True(line.Score > 0.8, $"'{line.Text}' has score {line.Score}.");
            Assert.All(line.Corners.Zip(corners), at => Assert.True(Math.Abs(at.First - at.Second) < 16, $"'{line.Text}' is at {string.Join(' ', line.Corners)}, drawn at {string.Join(' ', corners)}."));
        }
    }

    [Fact]
    public async Task Reads_text_that_runs_downwards_and_photos_larger_than_what_models_take()
    {
        using var page = new Page(5000, 3000);
        page.Write("Battery low, please charge", 400, 500, 190);
        page.Write("Northern line delayed", 4500, 600, 150, degrees: 90);
        var report = Assert.IsType<TextReport>(await Workbench.RunAsync("text", _bench.Input(_bench.Write("photo.jpeg", page.Encode(SKEncodedImageFormat.Jpeg)))));
        var picture = Assert.Single(report.Pictures);
        Assert.Equal((5000, 3000), (picture.Width, picture.Height));
        Assert.Equal(["Battery low, please charge", "Northern line delayed"], picture.Text.Split('\n'));
        Assert.InRange(picture.Lines![1].Corners.Where((_, i) => i % 2 == 0).Min(), 4400, 4560);
    }

    [Fact]
    public async Task A_picture_without_text_gives_no_lines_beside_one_with_text()
    {
        using Page empty = new(300, 200), page = new(300, 200);
        page.Write("Room 212", 40, 110, 40);
        var report = Assert.IsType<TextReport>(await Workbench.RunAsync("text", _bench.Input(
            _bench.Write("empty.png", empty.Encode(SKEncodedImageFormat.Png)), _bench.Write("room.png", page.Encode(SKEncodedImageFormat.Png)))));
        Assert.Equal(["", "Room 212"], report.Pictures.Select(picture => picture.Text));
        Assert.Contains("\"kind\":\"text\"", report.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\"text\":\"Room 212\"", report.ToJson(), StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();
}
