using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Market.Apps.Tests.Speech;
using Market.Cli;
using Market.Demo.Buying;
using Market.Onnx.Cutting;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Jobs;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>Somebody who never opens a terminal buys a job: with a real Chromium, its wallet, and a real devnet.</summary>
public sealed class BuyTests(DevnetFixture fixture) : IClassFixture<DevnetFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_and_its_inputs_become_a_job_that_is_paid_and_whose_outputs_are_downloaded()
    {
        await using var visit = await VisitAsync();
        var page = visit.Page;
        await page.GotoAsync("buy");
        await Axe.FindsNothingInAnyLookAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Any ONNX model" }).ClickAsync();
        await GiveAsync(page);
        await Axe.FindsNothingInAnyLookAsync(page);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".files li:not(.refused) .name")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the files" }).ClickAsync();
        await Assertions.Expect(page.Locator("#tasks")).ToHaveTextAsync("3");

        await page.GetByLabel("Reward of each provider").FillAsync("0.5");
        await page.Locator(".replicas input[value='2']").CheckAsync();
        await page.GetByLabel("Deadline").SelectOptionAsync(new SelectOptionValue { Label = "within 15.8 minutes" });
        await Assertions.Expect(page.Locator("#total")).ToHaveTextAsync("1.5 tokens");
        await Assertions.Expect(page.Locator("#able")).ToHaveTextAsync("3");
        await Assertions.Expect(page.Locator("#floors")).ToContainTextAsync("Of 3 able providers 3 said what they want at least: 0 tokens and more");
        await Assertions.Expect(page.Locator("#hour")).ToContainTextAsync(new Regex("about [0-9.,]+ tokens for an hour"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Axe.FindsNothingInAnyLookAsync(page);
        await page.Locator("#lately").ScrollIntoViewIfNeededAsync();
        await Screenshots.TakeAsync(page, "buy-price");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
        await Assertions.Expect(page.Locator("#escrow")).ToContainTextAsync("1.5 tokens");
        await Assertions.Expect(page.GetByText("a verdict within 15.8 minutes")).ToBeVisibleAsync();
        await Axe.FindsNothingInAnyLookAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/jobs/0x[0-9a-f]{64}\\?purchase="));

        await Assertions.Expect(page.Locator("#report tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync("line-2.npy");
        await Axe.FindsNothingInAnyLookAsync(page);
        var job = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download all" }).ClickAsync());
        await LookIntoAsync(await download.PathAsync(), job);
        await page.GetByLabel("Check it yourself").SetInputFilesAsync(await download.PathAsync());
        await Assertions.Expect(page.Locator("#checked")).ToContainTextAsync("All 3 tasks hash to a root that the verdict accepted, and your wallet finds it on the chain");
        visit.Wallet.HidesEvents = true;
        await page.GetByLabel("Check it yourself").SetInputFilesAsync(await download.PathAsync());
        await Assertions.Expect(page.Locator("#checked")).ToContainTextAsync("does not find that root");
        await page.GetByLabel("Check it yourself").SetInputFilesAsync(await ForgeAsync(await download.PathAsync()));
        await Assertions.Expect(page.Locator("#checked")).ToContainTextAsync("another");
        Assert.Empty(visit.Troubles);
    }

    [Fact]
    public async Task Pages_of_a_PDF_file_are_drawn_in_the_browser_bought_and_shown_with_boxes_on_their_text()
    {
        await using var visit = await VisitAsync();
        var page = visit.Page;
        await RefusesAsync(page);
        var letter = Payload("letter.pdf", PdfFile.Write([["Invoice No. 20461", "Lighthouse Street 118"], ["Customer copy"]]));
        var bought = await DoAsync(page, buyer => buyer.BuyAsync([letter]));
        Assert.Equal("Invoice No. 20461 Lighthouse Street 118", bought.Texts["letter.pdf, page 1.png"]);
        Assert.Equal("Customer copy", bought.Texts["letter.pdf, page 2.png"]);
        await Axe.FindsNothingInAnyLookAsync(page);
        foreach (var picture in await page.Locator(".photo").AllAsync())
        {
            await picture.ScrollIntoViewIfNeededAsync();
            Assert.InRange(await picture.EvaluateAsync<double>(InkInBoxes), 0.98, 1);
        }

        var shown = await page.Locator(".photo img").First.GetAttributeAsync("src");
        Assert.Equal(404, (await page.APIRequest.GetAsync(shown!.Split('?')[0])).Status);
        Assert.Empty(visit.Troubles);
    }

    [Fact]
    public async Task A_recording_that_the_browser_decodes_and_a_WAV_file_are_bought_and_show_when_somebody_speaks()
    {
        await using var visit = await VisitAsync();
        var page = visit.Page;
        await page.GotoAsync("buy/speech");
        await Assertions.Expect(page.GetByLabel("Choose files")).ToBeEnabledAsync();
        var talk = Sound.Wav([.. Sound.Silence(2), .. Sound.Voice(3), .. Sound.Silence(1)]);
        const int TooLong = 31 * 60 * 4_000;
        await page.GetByLabel("Choose files").SetInputFilesAsync([
            Payload("empty.mp3", []),
            Payload("words.ogg", "These are words."u8.ToArray()),
            Payload("day.flac", Sound.Wav(new byte[TooLong], TooLong, 4_000, 1, 8, false)),
            Payload("talk.wav", talk)]);
        await Assertions.Expect(page.Locator(".refused")).ToHaveTextAsync([
            new Regex(@"empty.mp3\s+The file is empty"), new Regex(@"words.ogg\s+This browser finds no sound in the file"), new Regex(@"day.flac\s+The sound lasts 31 minutes, expected at most 30")]);
        var recorded = await page.EvaluateHandleAsync(Record, Convert.ToBase64String(talk));
        await page.Locator(".zone").DispatchEventAsync("drop", new { dataTransfer = recorded });
        await Assertions.Expect(page.Locator(".files li:not(.refused) .name")).ToHaveTextAsync(["talk.wav", "talk.webm.wav"]);
        await Axe.FindsNothingInAnyLookAsync(page);

        await DoAsync(page, buyer => buyer.OrderAsync("listen"));
        await Assertions.Expect(page.Locator("#report figure")).ToHaveCountAsync(2);
        foreach (var (name, late) in ((string, double)[])[("talk.wav", 0), ("talk.webm.wav", 0.8)])
        {
            var sound = page.Locator("#report figure", new() { Has = page.GetByText(name, new() { Exact = true }) });
            var part = Regex.Match(await sound.InnerTextAsync(), @"Speech: from ([0-9.]+) to ([0-9.]+) s\.");
            var (from, to) = (Number(part.Groups[1].Value), Number(part.Groups[2].Value));
            Assert.InRange(from, 1.9 - late, 2.4 + late);
            Assert.InRange(to - from, 2.4, 3.5);
            var drawn = sound.Locator("svg.timeline rect");
            Assert.Equal((from, to - from), (Number(await drawn.GetAttributeAsync("x")), Number(await drawn.GetAttributeAsync("width"))), (a, b) => Math.Abs(a.Item1 - b.Item1) < 0.002 && Math.Abs(a.Item2 - b.Item2) < 0.002);
        }

        await Axe.FindsNothingInAnyLookAsync(page);
        Assert.Empty(visit.Troubles);
    }

    [Fact]
    public async Task Inputs_of_a_model_in_files_of_every_kind_are_bought_at_once_and_each_has_its_own_output()
    {
        static Tensor Scalar(float value) => new(ElementType.Float, [1], BitConverter.GetBytes(value));
        var model = ModelWriter.Model("purse", [ModelWriter.Operation("Sub", ["have", "spent"], "left")], [], [new("have", Scalar(0)), new("spent", Scalar(0))], ["left"]);
        await using var visit = await VisitAsync();
        var page = visit.Page;
        await page.GotoAsync("buy/model");
        await Assertions.Expect(page.GetByLabel("Choose files")).ToBeEnabledAsync();
        await page.GetByLabel("Choose files").SetInputFilesAsync([
            Payload("purse.onnx", model),
            Payload("monday.npz", BadInputTests.Npz([new("spent", Scalar(3)), new("have", Scalar(7))])),
            Payload("week.csv", "spent,have\n1,10\n2.5,10\n"u8.ToArray()),
            Payload("debts.json", "[{\"have\": [0.5], \"spent\": [2]}, {\"spent\": [1], \"have\": [1]}]"u8.ToArray())]);
        await DoAsync(page, buyer => buyer.OrderAsync("subtract"));
        await Assertions.Expect(page.Locator("#report tbody tr")).ToHaveTextAsync(
            [Row("monday.npz", "4"), Row("week.csv, 1", "9"), Row("week.csv, 2", "7.5"), Row("debts.json, 1", "-1.5"), Row("debts.json, 2", "0")]);
        await Axe.FindsNothingInAnyLookAsync(page);
        Assert.Empty(visit.Troubles);

        static Regex Row(string label, string value) => new($@"^\s*{Regex.Escape(label)}\s*left\s*Float\s*1\s*{Regex.Escape(value)}\s*$");
    }

    /// <summary>Plays a WAV file and records it as browsers do (WebM with Opus); gives what is dropped then.</summary>
    private const string Record = """
        async wav => {
          const context = new AudioContext(), to = context.createMediaStreamDestination(), parts = [];
          const buffer = await context.decodeAudioData(Uint8Array.from(atob(wav), letter => letter.charCodeAt(0)).buffer);
          const source = new AudioBufferSourceNode(context, { buffer }), recorder = new MediaRecorder(to.stream, { mimeType: 'audio/webm;codecs=opus' });
          source.connect(to);
          await context.resume();
          recorder.ondataavailable = event => parts.push(event.data);
          const all = new Promise(done => { recorder.onstop = done; });
          recorder.onstart = () => source.start();
          source.onended = () => recorder.stop();
          recorder.start();
          await all;
          await context.close();
          const dropped = new DataTransfer();
          dropped.items.add(new File(parts, 'talk.webm'));
          return dropped;
        }
        """;

    /// <summary>Which part of a picture's dark pixels the boxes over it cover, as the browser lays both out; 0 for a picture with hardly any.</summary>
    private const string InkInBoxes = """
        async photo => {
          const img = photo.querySelector('img');
          await img.decode();
          const canvas = document.createElement('canvas'), [w, h] = [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
          const pen = canvas.getContext('2d');
          pen.drawImage(img, 0, 0);
          const { data } = pen.getImageData(0, 0, w, h), room = img.getBoundingClientRect(), scale = Math.min(room.width / w, room.height / h);
          const [left, top] = [room.left + (room.width - w * scale) / 2, room.top + (room.height - h * scale) / 2];
          const boxes = [...photo.querySelectorAll('polygon')].map(box => box.getBoundingClientRect());
          let ink = 0, covered = 0;
          for (let i = 0; i < w * h; i++) if (data[4 * i] < 128) {
            const [x, y] = [left + (i % w + .5) * scale, top + (Math.floor(i / w) + .5) * scale];
            ink++;
            if (boxes.some(box => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom)) covered++;
          }
          return ink < 100 ? 0 : covered / ink;
        }
        """;

    private async Task<Visit> VisitAsync() => await Visit.BeginAsync(fixture.Devnet, await fixture.WebAsync(Stop), fixture.Devnet.Requester, Stop);

    private static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);

    /// <summary>Does what the demo's buyer does; a failure says what the page says.</summary>
    private async Task<T> DoAsync<T>(IPage page, Func<Buyer, Task<T>> act)
    {
        try
        {
            return await act(new Buyer(page, await fixture.WebAsync(Stop), 2, new Terminal(false, TextWriter.Null, TextWriter.Null)));
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            throw new InvalidOperationException($"{e.Message}\nThe page {page.Url} says:\n{await page.InnerTextAsync("body")}\nThe nodes say:\n{fixture.Log}", e);
        }
    }

    private static FilePayload Payload(string name, byte[] bytes) => new() { Name = name, MimeType = "", Buffer = bytes };

    /// <summary>What no page can be made of is refused beside its name, and what draws pages is not loaded before there is something to draw.</summary>
    private static async Task RefusesAsync(IPage page)
    {
        var scripts = new List<string>();
        page.Request += (_, request) => scripts.AddRange(request.Url.Contains("pdfjs", StringComparison.Ordinal) ? [request.Url] : []);
        await page.GotoAsync("buy/text");
        await Assertions.Expect(page.GetByLabel("Choose files")).ToBeEnabledAsync();
        var whole = PdfFile.Write([["x"]]);
        await page.GetByLabel("Choose files").SetInputFilesAsync([Payload("empty.pdf", []), Payload("photo.pdf", [0xFF, 0xD8, 0xFF])]);
        await Assertions.Expect(page.Locator(".refused")).ToHaveTextAsync([new Regex(@"empty.pdf\s+The file is empty"), new Regex(@"photo.pdf\s+The file does not begin as a PDF file does")]);
        Assert.Empty(scripts);
        await page.GetByLabel("Choose files").SetInputFilesAsync([Payload("broken.pdf", whole[..60]), Payload("locked.pdf", PdfFile.WriteLocked()), Payload("book.pdf", PdfFile.Write([.. Enumerable.Repeat<string[]>(["x"], 500)]))]);
        await Assertions.Expect(page.Locator(".refused")).ToHaveTextAsync([new Regex("empty"), new Regex("photo"), new Regex(@"broken.pdf\s+The file is damaged"), new Regex(@"locked.pdf\s+The file is locked with a password"), new Regex(@"book.pdf\s+The file has 500 pages, expected at most 200")]);
        await Assertions.Expect(page.Locator(".files li:not(.refused)")).ToHaveCountAsync(0);
        await Axe.FindsNothingInAnyLookAsync(page);
    }

    /// <summary>Four files that fit, and two that do not.</summary>
    private async Task GiveAsync(IPage page)
    {
        var folder = fixture.WriteInputs("bought", [1, 3, 48, 64], 3);
        var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select((path, i) => Payload($"line-{i}.npy", File.ReadAllBytes(path)));
        await Assertions.Expect(page.GetByLabel("Choose files")).ToBeEnabledAsync();
        await page.GetByLabel("Choose files").SetInputFilesAsync([
            Payload("empty.npy", []),
            Payload("program.exe", [1]),
            Payload("model.onnx", await File.ReadAllBytesAsync(DevnetFixture.Model(TestJob.DirectionModel), Stop)),
            .. files]);
        await Assertions.Expect(page.Locator(".refused")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".refused").First).ToContainTextAsync("The file is empty");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Check the files" })).ToBeEnabledAsync();
    }

    /// <summary>The same zip, with one bit of one output changed.</summary>
    private async Task<string> ForgeAsync(string path)
    {
        var forged = Path.Combine(fixture.Files, "forged.zip");
        File.Copy(path, forged);
        await using var archive = await ZipFile.OpenAsync(forged, ZipArchiveMode.Update, Stop);
        var entry = archive.Entries.First(e => e.Name.EndsWith(".npy", StringComparison.Ordinal));
        await using var file = await entry.OpenAsync(Stop);
        file.Seek(-1, SeekOrigin.End);
        var last = file.ReadByte();
        file.Seek(-1, SeekOrigin.End);
        file.WriteByte((byte)(last ^ 1));
        return forged;
    }

    private static async Task LookIntoAsync(string path, string job)
    {
        await using var archive = await ZipFile.OpenReadAsync(path, Stop);
        Assert.Equal(4, archive.Entries.Count);
        using var receipt = await JsonDocument.ParseAsync(await archive.GetEntry("receipt.json")!.OpenAsync(Stop), cancellationToken: Stop);
        Assert.Equal(job, receipt.RootElement.GetProperty("job").GetString());
        Assert.Equal(2, receipt.RootElement.GetProperty("seats").GetArrayLength());
        Assert.All(receipt.RootElement.GetProperty("seats").EnumerateArray(), s => Assert.Equal(nameof(Outcome.Accept), s.GetProperty("verdict").GetString()));
        foreach (var (task, index) in receipt.RootElement.GetProperty("tasks").EnumerateArray().Select((t, i) => (t, i)))
        {
            var entry = archive.GetEntry(task.GetProperty("outputs")[0].GetProperty("file").GetString()!)!;
            using var bytes = new MemoryStream();
            await using var file = await entry.OpenAsync(Stop);
            await file.CopyToAsync(bytes, Stop);
            var tensor = NpyFile.Read(bytes.ToArray());
            Assert.StartsWith($"{index:00000}-", entry.Name, StringComparison.Ordinal);
            Assert.Equal((ElementType.Float, 2L), (tensor.Type, tensor.Dims[^1]));
        }
    }
}
