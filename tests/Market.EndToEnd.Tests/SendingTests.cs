using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Market.Onnx.Files;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>Files on their way from a real browser, over lines that break and past what refuses them.</summary>
[Collection(nameof(SharedBreakableWeb))]
public sealed class SendingTests(BreakableWeb web)
{
    private const int Part = 4 << 20;
    private const int Size = 10 << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_on_in_the_middle_of_a_part_after_a_broken_line_and_on_another_day_and_arrives_once_and_whole()
    {
        await using var browser = await web.BrowserAsync(new());
        var page = await web.OpenAsync(browser, "buy/model");
        var (bytes, offsets) = (new byte[Size], new ConcurrentQueue<long>());
        Random.Shared.NextBytes(bytes);
        browser.Request += (_, request) =>
        {
            if (request.Method == "PUT")
            {
                offsets.Enqueue(long.Parse(request.Url.Split("offset=")[1], CultureInfo.InvariantCulture));
            }
        };

        await BreakAsync(page, 0, new() { Name = "first.npy", MimeType = "", Buffer = bytes });
        web.ToServer.Cut();
        await Assertions.Expect(page.GetByRole(AriaRole.Alertdialog)).ToBeVisibleAsync();
        web.ToServer.Mend();
        await Assertions.Expect(page.Locator(".files li")).ToHaveTextAsync([new Regex("first.npy\\s*10 MiB")]);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(web.UploadOf(page, 0), Stop));
        AssertSentOnce(offsets);

        var second = new FilePayload { Name = "second.npy", MimeType = "", Buffer = [.. bytes.Reverse()] };
        await BreakAsync(page, 1, second);
        var address = page.Url;
        await page.CloseAsync();
        await web.RestartServerAsync();
        web.ToServer.Mend();
        var there = new FileInfo(web.UploadOf(page, 1)).Length;
        page = await web.OpenAsync(browser, address);
        await Assertions.Expect(page.Locator(".files li").Nth(1)).ToContainTextAsync("Nothing of it comes now. Choose the file again to go on.");
        await Axe.FindsNothingInAnyLookAsync(page);
        await ChooseAsync(page, second);
        await Assertions.Expect(page.Locator(".files li")).ToHaveTextAsync([new Regex("first.npy\\s*10 MiB"), new Regex("second.npy\\s*10 MiB")]);
        Assert.Equal(second.Buffer, await File.ReadAllBytesAsync(web.UploadOf(page, 1), Stop));
        Assert.Equal(there, AssertSentOnce(offsets));
    }

    [Fact]
    public async Task A_file_that_something_before_the_server_refuses_says_so_beside_its_name_and_comes_when_it_is_tried_again()
    {
        await using var browser = await web.BrowserAsync(new());
        var page = await web.OpenAsync(browser, "buy/model");
        // As a proxy does that takes less than a part.
        await page.RouteAsync(new Regex($"offset={Part}$"), route => route.FulfillAsync(new() { Status = 413, ContentType = "text/html", Body = "<h1>Request Entity Too Large</h1>" }));
        var bytes = new byte[Size];
        Random.Shared.NextBytes(bytes);
        await ChooseAsync(page, new() { Name = "large.npy", MimeType = "", Buffer = bytes }, new() { Name = "small.npy", MimeType = "", Buffer = [1, 2, 3] });
        var large = page.Locator(".files li").First;
        await Assertions.Expect(large.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The server, or what stands before it, does not take the file: status 413.");
        await Assertions.Expect(page.Locator(".files li").Nth(1)).ToContainTextAsync("3 bytes");
        await Assertions.Expect(page.Locator("progress")).ToHaveCountAsync(1);
        await Axe.FindsNothingInAnyLookAsync(page);

        await page.UnrouteAllAsync();
        await large.GetByRole(AriaRole.Button, new() { Name = "Try again: large.npy" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Check the files" })).ToBeEnabledAsync();
        await Assertions.Expect(page.Locator(".files li")).ToHaveTextAsync([new Regex("large.npy\\s*10 MiB"), new Regex("small.npy\\s*3 bytes")]);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(web.UploadOf(page, 0), Stop));
    }

    [Fact]
    public async Task A_model_that_is_refused_says_why_beside_its_name_as_soon_as_it_was_dropped()
    {
        await using var browser = await web.BrowserAsync(new());
        var page = await web.OpenAsync(browser, "buy/model");
        await page.Locator("input[type=file]:enabled").WaitForAsync();
        var dropped = await page.EvaluateHandleAsync("() => { const data = new DataTransfer(); data.items.add(new File(['no model'], 'mine.onnx')); return data; }");
        await page.Locator(".zone").DispatchEventAsync("drop", new { dataTransfer = dropped });
        var model = page.Locator(".files li:not(.refused)", new() { HasText = "mine.onnx" });
        await Assertions.Expect(model.GetByRole(AriaRole.Alert)).ToHaveTextAsync(new Regex("the file is cut off, damaged or no ONNX file"));
        await Axe.FindsNothingInAnyLookAsync(page);
        await model.GetByRole(AriaRole.Button, new() { Name = "Remove mine.onnx" }).ClickAsync();
        await Assertions.Expect(page.Locator(".files li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_too_large_empty_or_not_what_its_name_says_is_refused_beside_it_nothing_is_posted_and_the_page_goes_on()
    {
        await using var browser = await web.BrowserAsync(new());
        var sent = new ConcurrentQueue<string>();
        browser.Request += (_, request) =>
        {
            if (request.Method == "PUT")
            {
                sent.Enqueue(request.Url);
            }
        };
        var before = await web.Contract.NonceOfAsync(web.Devnet.Requester.Key.Address, Stop);
        var page = await web.OpenAsync(browser, "buy/model");
        var (files, check) = (page.Locator(".files li"), page.GetByRole(AriaRole.Button, new() { Name = "Check the files" }));
        await page.Locator("input[type=file]:enabled").WaitForAsync();
        await page.GetByLabel("Choose files").SetInputFilesAsync((string[])[Write("huge.npy", file => file.SetLength(5L << 30)), Write("empty.npz", _ => { })]);
        await Assertions.Expect(files).ToHaveTextAsync([new Regex(@"huge\.npy\s+The file has 5368709120 bytes, expected at most 1073741824"), new Regex(@"empty\.npz\s+The file is empty")]);
        Assert.Empty(sent);

        var model = await File.ReadAllBytesAsync(DevnetFixture.Model(TestJob.DirectionModel), Stop);
        await ChooseAsync(page, new FilePayload { Name = "model.onnx", MimeType = "", Buffer = model }, new() { Name = "line.npy", MimeType = "", Buffer = NpyFile.Write(TestJob.Inputs([1, 3, 48, 64], 1).Single()) });
        await page.GetByLabel("Choose files").SetInputFilesAsync(Write("bomb.npz", Bomb));
        var bomb = page.Locator(".files li:not(.refused)", new() { HasText = "bomb.npz" });
        await Assertions.Expect(bomb).ToHaveTextAsync(new Regex(@"bomb\.npz\s*[0-9.]+ MiB\s*Remove"));
        await check.ClickAsync();
        await Assertions.Expect(bomb.GetByRole(AriaRole.Alert)).ToHaveTextAsync(new Regex("unpacks to more than|expected at most"));
        await Assertions.Expect(page.Locator(".files li:not(.refused)").GetByRole(AriaRole.Alert)).ToHaveCountAsync(1);
        await Axe.FindsNothingInAnyLookAsync(page);
        await bomb.GetByRole(AriaRole.Button, new() { Name = "Remove bomb.npz" }).ClickAsync();
        await check.ClickAsync();
        await Assertions.Expect(page.Locator("#tasks")).ToHaveTextAsync("1");

        await page.GotoAsync("buy/text");
        await ChooseAsync(page, new FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = "No picture at all, but a sentence."u8.ToArray() });
        await check.ClickAsync();
        await Assertions.Expect(files.GetByRole(AriaRole.Alert)).ToContainTextAsync("expected a PNG, JPEG or WebP picture");
        await Assertions.Expect(page.Locator("#price")).ToHaveCountAsync(0);
        Assert.Equal(before, await web.Contract.NonceOfAsync(web.Devnet.Requester.Key.Address, Stop));
    }

    private string Write(string name, Action<FileStream> write)
    {
        using var file = File.Create(web.FileOf(name));
        write(file);
        return file.Name;
    }

    /// <summary>An archive of one array that is more than a gibibyte of nothing.</summary>
    private static void Bomb(FileStream file)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        using var entry = archive.CreateEntry("x.npy", CompressionLevel.Fastest).Open();
        var zeros = new byte[16 << 20];
        for (var i = 0; i < 65; i++)
        {
            entry.Write(zeros);
        }
    }

    private static async Task ChooseAsync(IPage page, params FilePayload[] files)
    {
        await page.Locator("input[type=file]:enabled").WaitForAsync();
        await page.GetByLabel("Choose files").SetInputFilesAsync(files);
    }

    /// <summary>Sends a file, and holds the line in the middle of its second part, of which the server has something.</summary>
    private async Task BreakAsync(IPage page, int number, FilePayload file)
    {
        var held = web.ToServer.HoldAfter(Part + (Part / 2));
        await ChooseAsync(page, file);
        await held.WaitAsync(Stop);
        await page.WaitForURLAsync(new Regex("/buy/model/[0-9a-f]{64}"));
        while (new FileInfo(web.UploadOf(page, number)) is not { Exists: true, Length: > Part })
        {
            await Task.Delay(100, Stop);
        }
    }

    /// <summary>What was there was not sent again: after two parts, of which the second broke, it went on within that.</summary>
    /// <returns>Where it went on.</returns>
    private static long AssertSentOnce(ConcurrentQueue<long> offsets)
    {
        var sent = offsets.ToArray();
        offsets.Clear();
        Assert.Equal([0L, Part], sent[..2]);
        Assert.All(sent[2..], offset => Assert.InRange(offset, Part + 1, Size - 1));
        Assert.Equal(sent.Order(), sent);
        return sent[2];
    }
}
