using System.Buffers.Binary;
using System.IO.Compression;
using Market.Apps.Tests.Speech;
using Market.Apps.Tests.Text;
using Market.Onnx.Tests.Execution;
using SkiaSharp;

namespace Market.Apps.Tests;

/// <summary>What strangers send that is no picture, no sound, no tensor: each gets an answer that names the file.</summary>
public sealed class BadFileTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("text", "empty.png")]
    [InlineData("speech", "empty.wav")]
    public async Task Empty_files_are_refused(string app, string name) =>
        Assert.Equal($"'{name}': The file has 0 bytes, expected 1 to {(app == "text" ? 64L << 20 : 1L << 30)}.", await _bench.RefusalAsync(app, _bench.Write(name, [])));

    [Theory]
    [InlineData("text", "talk.wav", "expected .png, .jpg, .jpeg, .webp")]
    [InlineData("speech", "noending", "expected .wav")]
    [InlineData("model", "photo.png", "expected .onnx, .npy, .npz, .csv, .json")]
    public async Task Files_of_kinds_that_an_app_does_not_take_are_refused_by_name(string app, string name, string expected)
    {
        var refusal = await _bench.RefusalAsync(app, _bench.Write(name, [1]));
        Assert.Contains($"'{name}'", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_bad_pictures_are_named_at_once_each_with_its_reason()
    {
        var png = Drawn();
        var refusal = await _bench.RefusalAsync("text",
            _bench.Write("good.png", png),
            _bench.Write("renamed.png", "%PDF-1.7 and more"u8.ToArray()),
            _bench.Write("half.png", png[..(png.Length / 2)]),
            _bench.Write("claims.png", Claiming(60_000, 60_000)),
            _bench.Write("bomb.png", Claiming(19_999, 19_999)),
            _bench.Write("moving.webp", "GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"u8.ToArray()));
        var lines = refusal.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("'renamed.png': 17 bytes of no kind of picture that is known here found, expected a PNG, JPEG or WebP picture.", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("'half.png': The picture is cut off or damaged", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("'claims.png': The picture is 60000×60000", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("'bomb.png': The picture is 19999×19999", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("'moving.webp': ", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_sounds_are_refused_with_what_was_found()
    {
        var wav = Sound.Wav(Sound.Voice(0.5));
        Assert.Equal("'talk.wav': The file does not begin as a WAV file does, expected RIFF … WAVE.", await _bench.RefusalAsync("speech", _bench.Write("talk.wav", "OggS and so on, long enough"u8.ToArray())));
        Assert.Contains("its header claims: the file is cut off", await _bench.RefusalAsync("speech", _bench.Write("cut.wav", wav[..^100])), StringComparison.Ordinal);
        Assert.Contains("ends before its first sample", await _bench.RefusalAsync("speech", _bench.Write("head.wav", wav[..30])), StringComparison.Ordinal);
        Assert.Contains("Samples of kind 17 with 4 bits", await _bench.RefusalAsync("speech", _bench.Write("adpcm.wav", Changed(wav, 20, 17, 34, 4))), StringComparison.Ordinal);
        Assert.Contains("9 channels", await _bench.RefusalAsync("speech", _bench.Write("many.wav", Changed(wav, 22, 9, 34, 16))), StringComparison.Ordinal);
        Assert.Contains("lasts 67108 seconds, expected at most 1800", await _bench.RefusalAsync("speech", _bench.Write("long.wav", Sound.Wav([], int.MaxValue, 16_000, 1, 16, false))), StringComparison.Ordinal);
        Assert.Contains("has no sample", await _bench.RefusalAsync("speech", _bench.Write("none.wav", Sound.Wav([]))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_value_out_of_range_is_refused()
    {
        var input = _bench.Input(_bench.Write("a.png", Drawn())) with { Settings = new Dictionary<string, string> { ["detail"] = "99999" } };
        var refusal = await Assert.ThrowsAsync<AppException>(() => App.Find("text")!.PrepareAsync(input, Workbench.Stop));
        Assert.EndsWith("is '99999', expected a number from 320 to 2560.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_more_than_memory_holds_is_refused_before_it_does()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("x.npy", CompressionLevel.Fastest).Open();
            var zeros = new byte[16 << 20];
            for (var i = 0; i < 65; i++)
            {
                entry.Write(zeros);
            }
        }

        var refusal = await _bench.RefusalAsync("model", _bench.Write("m.onnx", TinyModel.Double()), _bench.Write("bomb.npz", stream.ToArray()));
        Assert.Equal("'bomb.npz': The archive unpacks to more than 1073741824 bytes, at 'x.npy'.", refusal);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Drawn()
    {
        using var page = new Page(200, 100);
        page.Write("Room 212", 20, 60, 30);
        return page.Encode(SKEncodedImageFormat.Png);
    }

    // A PNG whose header is well-formed and lies.
    private static byte[] Claiming(int width, int height)
    {
        var png = Drawn();
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    private static byte[] Changed(byte[] wav, int at, short value, int bitsAt, short bits)
    {
        byte[] changed = [.. wav];
        BinaryPrimitives.WriteInt16LittleEndian(changed.AsSpan(at), value);
        BinaryPrimitives.WriteInt16LittleEndian(changed.AsSpan(bitsAt), bits);
        return changed;
    }
}
