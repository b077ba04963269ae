using System.Globalization;
using System.Text.RegularExpressions;
using Market.Chain.State;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Protocol.Money;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>The marketplace in a real Chromium while a job happens on a real devnet.</summary>
public sealed class WebTests(DevnetFixture fixture) : IClassFixture<DevnetFixture>
{
    [Fact]
    public async Task A_job_is_seen_from_posted_to_final_without_reloading_by_everybody()
    {
        var stop = TestContext.Current.CancellationToken;
        var web = (await fixture.Devnet.StartWebAsync(stop)).ToString();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 860 }, ReducedMotion = ReducedMotion.Reduce });
        var troubles = Listen(page, web);

        await page.GotoAsync(web + "jobs");
        await Assertions.Expect(page.GetByText("No job yet")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Block ")).ToBeVisibleAsync();
        await using var slow = await HaltingProvider.TakeOverAsync(fixture.Devnet, fixture.Providers[0], haltsAfter: 3, fixture.Log, stop);
        var job = await PlayAsync(browser, web, slow, stop);
        await Assertions.Expect(page.Locator("tbody tr .chip")).ToHaveTextAsync("Final");

        await page.Locator("tbody tr a").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#bits")).ToContainTextAsync(new Regex("3 results, [23] different bit patterns, largest difference"));
        await JudgedAsync(page);
        await Assertions.Expect(page.Locator("tbody .chip.good")).ToHaveCountAsync(3);
        await Assertions.Expect(page.GetByText("gave its verdict and the contract paid")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#model a")).ToHaveAttributeAsync("href", new Regex("^/jobs\\?model=0x[0-9a-f]{64}$"));
        Assert.Contains(job.Id.ToString(), page.Url, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "Providers", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await page.Locator("tbody tr a").First.ClickAsync();
        await Assertions.Expect(page.GetByText("1 of 1")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync(job.Id.ToString()[..16]);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/jobs/{job.Id}$"));
        await page.GotoAsync(web + "search?q=silero");
        await Assertions.Expect(page.Locator(".hits li")).ToContainTextAsync(["Speech detection", "Silero VAD 5"]);
        Assert.Empty(troubles);

        await ReceiveLittleAsync(browser, web);
        await CopyAsync(browser, web, job);
        await LookAtAllAsync(browser, web, job);
        await SpeakGermanAsync(browser, web, job);
    }

    /// <summary>What the verifier found is drawn and told: how far each result lies from the one that it compared with, and why it was accepted.</summary>
    private static async Task JudgedAsync(IPage page)
    {
        var picture = page.Locator("#distances");
        await Assertions.Expect(picture.Locator("figcaption")).ToHaveTextAsync(new Regex("^Distance from the replica of seat [0-2], as a share of the tolerance$"));
        await Assertions.Expect(picture.Locator("p")).ToHaveTextAsync(new Regex(@"^seat 0 at [0-9.]+; seat 1 at [0-9.]+; seat 2 at [0-9.]+ of the tolerance\.$"));
        var tolerance = await PlaceAsync(picture.Locator("line.tolerance"), "x1");
        var places = new List<double>();
        foreach (var seat in await picture.Locator("circle").AllAsync())
        {
            places.Add(await PlaceAsync(seat, "cx"));
        }

        Assert.Equal(3, places.Count);
        Assert.All(places, place => Assert.InRange(place, places.Min(), tolerance - 1));
        await Assertions.Expect(page.GetByText(new Regex(@"Evidence of verifier [0-9]+:\s+0x[0-9a-f]{64}, checked against the chain; [0-9]+ tasks? (was|were) executed again"))).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText(new Regex("Its result (has the same bits as|lies within tolerance of) the reference"))).ToHaveCountAsync(3);
    }

    private static async Task<double> PlaceAsync(ILocator drawn, string at) => double.Parse((await drawn.GetAttributeAsync(at))!, CultureInfo.InvariantCulture);

    /// <summary>A node ends while its seat waits for another: its owner is told, and when it is back the job goes on.</summary>
    private async Task LeaveAsync(IPage job, string web, HaltingProvider slow, CancellationToken stop)
    {
        var node = fixture.Providers[1];
        await Assertions.Expect(job.Locator("tbody tr", new() { Has = job.Locator($"a[href='/providers/{node.Stake}']") }).Locator(".chip")).ToHaveTextAsync("committed");
        node.Process!.Kill();
        await using var owner = await Visit.BeginAsync(fixture.Devnet, new Uri(web), node.Owner, stop);
        await owner.Page.GotoAsync("earn");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Assertions.Expect(owner.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Its node is away and holds 1 seat. Start it again on the same data folder");
        await Assertions.Expect(owner.Page.GetByText("Its node does not answer")).ToBeVisibleAsync();
        await Axe.FindsNothingInAnyLookAsync(owner.Page);
        await fixture.Devnet.StartNodeAsync(node.Stake, null, SessionSettings.Default, stop);
        slow.GoOn();
        Assert.Empty(owner.Troubles);
    }

    /// <summary>Whoever comes for the first time receives less than 250 kB until the overview is live.</summary>
    private static async Task ReceiveLittleAsync(IBrowser browser, string web)
    {
        await using var nobody = await browser.NewContextAsync();
        var page = await nobody.NewPageAsync();
        var received = await Received.ListenAsync(page);
        await page.GotoAsync(web);
        var block = page.GetByText("Block ").First;
        await Assertions.Expect(block).Not.ToHaveTextAsync(await block.InnerTextAsync());
        Assert.InRange(received.Bytes, 10_000, 250_000);
        Assert.InRange(received.Requests, 3, 12);
    }

    /// <summary>Ids, addresses and amounts go whole to the real clipboard, by keys; where that is forbidden they are shown and selected; without scripts there is no button.</summary>
    private static async Task CopyAsync(IBrowser browser, string web, JobRecord job)
    {
        await using var context = await browser.NewContextAsync(new() { Permissions = ["clipboard-read", "clipboard-write"] });
        var page = await context.NewPageAsync();
        var troubles = Listen(page, web);
        await page.GotoAsync(web + "jobs", new() { WaitUntil = WaitUntilState.NetworkIdle });
        var (buttons, told) = (page.Locator("tbody tr").First.Locator("button.copy"), page.Locator("#copied"));
        string[] whole = [job.Id.ToString(), new Units(job.Price).ToString(), job.Spec.Requester.ToString().ToLowerInvariant()];
        foreach (var (i, value) in whole.Index())
        {
            await buttons.Nth(i).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(told).ToHaveTextAsync("Copied");
            Assert.Equal(value, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
            var room = await buttons.Nth(i).BoundingBoxAsync();
            Assert.True(room is { Width: >= 24, Height: >= 24 }, $"A button takes {room?.Width} × {room?.Height} pixels.");
        }

        await Axe.FindsNothingAsync(page);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(told).ToHaveTextAsync("");

        await page.EvaluateAsync("() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }");
        await buttons.First.ClickAsync();
        await Assertions.Expect(told).ToContainTextAsync("does not let the page copy");
        Assert.Equal(whole[0], await page.EvaluateAsync<string>("getSelection().toString()"));
        await Axe.FindsNothingAsync(page);
        Assert.Empty(troubles);

        await using var without = await browser.NewContextAsync(new() { JavaScriptEnabled = false });
        var plain = await without.NewPageAsync();
        await plain.GotoAsync(web + "jobs");
        await Assertions.Expect(plain.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(plain.Locator("tbody button.copy").First).ToBeHiddenAsync();
    }

    /// <summary>Every page by day and by night, on a desk and on a phone: nobody is shut out (axe), nothing hangs over the edge.</summary>
    private static async Task LookAtAllAsync(IBrowser browser, string web, JobRecord job)
    {
        (string Name, string Path)[] pages = [("overview", ""), ("buy", "buy"), ("buy-model", "buy/model"), ("buy-nothing", "buy/nothing"), ("jobs", "jobs"), ("job", $"jobs/{job.Id}"), ("models", "models"), ("providers", "providers"), ("verifiers", "verifiers"), ("provider", $"providers/{job.Seats[0].Provider}"), ("status", "status"), ("earn-before", "earn"), ("account", "account"), ("nothing", "search?q=nothing"), ("found", "search?q=silero"), ("not-found", "nowhere")];
        (string Name, ColorScheme Colours, int Width)[] looks = [("", ColorScheme.Light, 1280), ("-dark", ColorScheme.Dark, 1280), ("-phone", ColorScheme.Light, 390)];
        foreach (var look in looks)
        {
            var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = look.Width, Height = 860 }, ColorScheme = look.Colours });
            var troubles = Listen(page, web);
            foreach (var (name, path) in pages)
            {
                await page.GotoAsync(web + path, new() { WaitUntil = WaitUntilState.NetworkIdle });
                await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
                await Axe.FindsNothingAsync(page);
                await Axe.FitsAsync(page);
                await Screenshots.TakeAsync(page, name + look.Name);
            }

            // A page that is not there says so with its status, which the browser notes.
            Assert.All(troubles, trouble => Assert.Contains("404", trouble, StringComparison.Ordinal));
            await page.CloseAsync();
        }
    }

    /// <summary>Whose browser asks for German gets it, before the page can act and after; the footer changes it, on the same page.</summary>
    private static async Task SpeakGermanAsync(IBrowser browser, string web, JobRecord job)
    {
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 860 }, Locale = "de-AT" });
        var troubles = Listen(page, web);
        foreach (var path in (string[])["", "buy/model", $"jobs/{job.Id}"])
        {
            await page.GotoAsync(web + path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
            await Axe.FindsNothingAsync(page);
            await Axe.FitsAsync(page);
        }

        await Assertions.Expect(page.GetByText("fällte sein Urteil, und der Vertrag zahlte")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Aufträge", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr .chip")).ToHaveTextAsync(["Endgültig"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr .chip")).ToHaveTextAsync("Final");
        await Assertions.Expect(page).ToHaveURLAsync(web + "jobs");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        Assert.Empty(troubles);
        await page.CloseAsync();
    }

    /// <summary>What goes wrong on a page: errors, and whatever it asks of others.</summary>
    private static List<string> Listen(IPage page, string web)
    {
        var troubles = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                troubles.Add(message.Text);
            }
        };
        page.PageError += (_, error) => troubles.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(web, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                troubles.Add($"asks {request.Url}");
            }
        };
        return troubles;
    }

    /// <summary>Plays one job; one of its providers stops on the way until somebody has seen in a browser how far it is.</summary>
    private async Task<JobRecord> PlayAsync(IBrowser browser, string web, HaltingProvider slow, CancellationToken stop)
    {
        await using var peer = await fixture.RequesterAsync(stop);
        var job = await TestJob.PostAsync(peer, DevnetFixture.PatientTerms, 480, 8, stop);
        var attending = new Requester(peer).AttendAsync(job.Id, _ => { }, stop);
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 860 } });
        var troubles = Listen(page, web);
        await page.GotoAsync($"{web}jobs/{job.Id}");
        try
        {
            await Assertions.Expect(page.Locator("div.progress", new() { HasText = "3 of 8 tasks, as its node says" })).ToHaveCountAsync(1);
        }
        catch (PlaywrightException e)
        {
            throw new InvalidOperationException($"{e.Message}\nThe page says:\n{await page.InnerTextAsync("body")}\nThe nodes say:\n{fixture.Log}", e);
        }

        await Assertions.Expect(page.Locator("ol.stages .now")).ToContainTextAsync("now, until ");
        await Axe.FindsNothingAsync(page);
        await Axe.FitsAsync(page);
        using var watch = Programs.Start("market", ["job", "watch", job.Id.ToString(), "--json", .. fixture.AsRequester]);
        await Programs.LineAsync(watch, stop, "3 of 8 tasks, as its node says");
        await LeaveAsync(page, web, slow, stop);
        var over = await attending;
        await Assertions.Expect(page.Locator("ol.stages .done")).ToHaveCountAsync(6);
        await Assertions.Expect(page.Locator("div.progress")).ToHaveCountAsync(0);
        Assert.Empty(troubles);
        await page.CloseAsync();
        Assert.Equal("final", (await Programs.FinishAsync(watch)).Json().GetProperty("state").GetString());
        return over;
    }
}
