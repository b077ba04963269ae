using Market.Apps.Tests.Text;
using Market.Apps.Text;
using Market.Onnx.Execution;
using SkiaSharp;

namespace Market.Apps.Tests.Decoding;

public sealed class ConfinedDecoderTests : IDisposable
{
    private static readonly ConfinedProgram Decoder = new("market-apps-decoder");
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
    public async Task A_photo_taken_with_the_camera_turned_is_read_upright()
    {
        using var page = new Page(500, 300);
        page.Write("Platform 7", 150, 260, 40, degrees: -90);
        byte[] jpeg = page.Encode(SKEncodedImageFormat.Jpeg), exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0\b\0\0\0"u8, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        var report = await Workbench.RunAsync("text", _bench.Input(_bench.Write("turned.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]])));
        var picture = Assert.Single(Assert.IsType<TextReport>(report).Pictures);
        Assert.Equal((300, 500, "Platform 7"), (picture.Width, picture.Height, picture.Text));
        var corners = picture.Lines![0].Corners;
        Assert.True(corners[2] - corners[0] > 150 && Math.Abs(corners[3] - corners[1]) < 20, string.Join(' ', corners));
    }

    public void Dispose() => _bench.Dispose();

    private Task<string?> RunAsync(ConfinedProgram program, AppFile file) => program.RunAsync(file.Path, Target(), ["image"], Workbench.Stop);

    private string Target() => Path.Combine(_bench.Input().Work, "decoded");
}
