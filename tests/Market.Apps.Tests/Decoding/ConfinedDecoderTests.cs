using System.Buffers.Binary;
using Market.Apps.Tests.Text;
using Market.Apps.Text;
using Market.Onnx.Execution;
using SkiaSharp;

namespace Market.Apps.Tests.Decoding;

public sealed class ConfinedDecoderTests : IDisposable
{
    private static readonly ConfinedProgram Decoder = new("market-apps-decoder");
    private static readonly App Text = App.Find("text")!;
    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_decoder_that_takes_too_long_writes_too_much_or_is_cancelled_is_killed()
    {
        using var page = new Page(2000, 2000);
        var file = _bench.Write("large.png", page.Encode(SKEncodedImageFormat.Png));
        Assert.Equal("It unpacks to more than 1000000 bytes.", await RunAsync(Decoder with { OutputBytes = 1_000_000 }, file));
        Assert.Equal("Reading it took longer than 0 seconds.", await RunAsync(Decoder with { Time = TimeSpan.FromMilliseconds(1) }, file));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Decoder.RunAsync(file.Path, Target(), ["image"], cancelled.Token));
    }

    [Fact]
    public async Task A_picture_that_needs_more_memory_than_the_decoder_has_breaks_the_decoder_alone()
    {
        using var page = new Page(7000, 7000);
        var file = _bench.Write("large.png", page.Encode(SKEncodedImageFormat.Png));
        Assert.NotNull(await RunAsync(Decoder with { MemoryBytes = WorkerOptions.LeastMemoryBytes }, file));
        Assert.Null(await RunAsync(Decoder, file));
    }

    [Fact]
    public async Task A_photo_taken_with_the_camera_turned_is_read_and_shown_upright_with_its_boxes_on_the_text()
    {
        using var page = new Page(500, 300);
        page.Write("Platform 7", 150, 260, 40, degrees: -90);
        byte[] jpeg = page.Encode(SKEncodedImageFormat.Jpeg), exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0\b\0\0\0"u8, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        var input = _bench.Input(_bench.Write("turned.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]]));
        var report = await Workbench.RunAsync("text", input);
        var picture = Assert.Single(Assert.IsType<TextReport>(report).Pictures);
        Assert.Equal((300, 500, "Platform 7"), (picture.Width, picture.Height, picture.Text));
        var corners = picture.Lines![0].Corners;
        Assert.True(corners[2] - corners[0] > 150 && Math.Abs(corners[3] - corners[1]) < 20, string.Join(' ', corners));

        using var shown = SKBitmap.Decode(await Text.ShowAsync(input, 0, Workbench.Stop));
        Assert.Equal((300, 500), (shown.Width, shown.Height));
        var box = SKRect.Create((float)corners[0], (float)corners[1], (float)(corners[4] - corners[0]), (float)(corners[5] - corners[1]));
        var ink = InkOf(shown).ToList();
        Assert.True(ink.Count > 500 && ink.All(at => box.Contains(at.X, at.Y)), $"{ink.Count(at => !box.Contains(at.X, at.Y))} of {ink.Count} dark pixels are outside of {box}.");
    }

    [Fact]
    public async Task A_picture_is_shown_small_enough_for_a_page_and_holds_nothing_else_of_the_file()
    {
        using var page = new Page(3000, 2000);
        page.Write("Room 212", 500, 1000, 300);
        var png = page.Encode(SKEncodedImageFormat.Png);
        var input = _bench.Input(_bench.Write("large.png", [.. png, .. "<script>alert(1)</script>"u8]));
        Assert.Null(await Text.ShowAsync(input, 0, Workbench.Stop));
        await Text.PrepareAsync(input, Workbench.Stop);
        Assert.Null(await Text.ShowAsync(input, 1, Workbench.Stop));
        Assert.Null(await Text.ShowAsync(input, -1, Workbench.Stop));
        var bytes = await File.ReadAllBytesAsync((await Text.ShowAsync(input, 0, Workbench.Stop))!, Workbench.Stop);
        using var codec = SKCodec.Create(SKData.CreateCopy(bytes));
        Assert.Equal((SKEncodedImageFormat.Jpeg, 1600, 1067), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("script"u8));
    }

    [Theory]
    [InlineData(0, 0, 0, "Pixels of a picture of 0×0 found, expected at most 4096 each way.")]
    [InlineData(5000, 1, 15_000, "Pixels of a picture of 5000×1 found")]
    [InlineData(10, 10, 299, "The pixels end in row 9, expected 10 rows.")]
    public async Task Pixels_that_are_none_are_not_shown(int width, int height, int bytes, string expected)
    {
        var input = _bench.Input(_bench.Write("a.png", [1]));
        var pixels = new byte[16 + bytes];
        BinaryPrimitives.WriteInt32LittleEndian(pixels.AsSpan(8), width);
        BinaryPrimitives.WriteInt32LittleEndian(pixels.AsSpan(12), height);
        await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(input.Work, "image")).FullName, "0"), pixels, Workbench.Stop);
        Assert.Contains(expected, (await Assert.ThrowsAsync<AppException>(() => Text.ShowAsync(input, 0, Workbench.Stop))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private Task<string?> RunAsync(ConfinedProgram program, AppFile file) => program.RunAsync(file.Path, Target(), ["image"], Workbench.Stop);

    private static IEnumerable<(int X, int Y)> InkOf(SKBitmap picture) =>
        Enumerable.Range(0, picture.Height).SelectMany(y => Enumerable.Range(0, picture.Width).Where(x => picture.GetPixel(x, y).Green < 128).Select(x => (x, y)));

    private string Target() => Path.Combine(_bench.Input().Work, "decoded");
}
