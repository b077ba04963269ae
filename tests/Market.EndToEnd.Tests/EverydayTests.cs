using System.Text.RegularExpressions;
using Market.Onnx.Files;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>What happens every day to people with browsers: lines that break, servers that start again, two tabs, the way back, no mouse, large letters.</summary>
[Collection(nameof(SharedBreakableWeb))]
public sealed class EverydayTests(BreakableWeb web)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_typed_outlives_a_broken_line_and_a_server_that_starts_again()
    {
        await using var english = await web.BrowserAsync(new() { ColorScheme = ColorScheme.Dark });
        await using var german = await web.BrowserAsync(new() { Locale = "de-AT" });
        var (order, account) = (await PreparedAsync(english), await web.OpenAsync(german, "account"));
        var (reward, deposit) = (order.GetByLabel("Reward of each provider"), account.GetByLabel("Einzahlen"));
        await Button(account, "Test wallet").ClickAsync();
        await order.Locator(".replicas input[value='2']").CheckAsync();
        await Assertions.Expect(deposit).ToBeVisibleAsync();

        // Typed into a line that is dead already, as in a tunnel: the server hears of it only afterwards.
        web.ToServer.Hold();
        await reward.FillAsync("0.5");
        await deposit.FillAsync("7,25");
        web.ToServer.Cut();
        await IsLostAsync(order, "The connection is lost");
        await IsLostAsync(account, "Die Verbindung ist unterbrochen");
        web.ToServer.Mend();
        await Assertions.Expect(order.Locator("#total")).ToHaveTextAsync("1.5 tokens");
        await Assertions.Expect(order.GetByRole(AriaRole.Alertdialog)).ToHaveCountAsync(0);
        await Assertions.Expect(reward).ToBeFocusedAsync();
        await DepositsAsync(account, "7,25");

        await reward.FillAsync("0.625");
        await Assertions.Expect(order.Locator("#total")).ToHaveTextAsync("1.75 tokens");
        await deposit.FillAsync("8,5");
        await web.RestartServerAsync();
        await Assertions.Expect(Button(order, "Check the files")).ToBeEnabledAsync();
        await Assertions.Expect(order.Locator(".files .name")).ToHaveTextAsync(["model.onnx", "line-0.npy"]);
        await Button(order, "Check the files").ClickAsync();
        await Assertions.Expect(order.Locator("#total")).ToHaveTextAsync("1.75 tokens");
        await Assertions.Expect(reward).ToHaveValueAsync("0.625");
        await DepositsAsync(account, "8,5");
    }

    [Fact]
    public async Task A_page_that_was_offline_for_longer_than_the_server_keeps_it_is_drawn_anew_with_what_was_typed()
    {
        await web.RestartServerAsync("--keep-pages", "0");
        try
        {
            await using var english = await web.BrowserAsync(new());
            await using var german = await web.BrowserAsync(new() { Locale = "de-AT" });
            var (order, account) = (await PreparedAsync(english), await web.OpenAsync(german, "account"));
            var (reward, deposit) = (order.GetByLabel("Reward of each provider"), account.GetByLabel("Einzahlen"));
            await Button(account, "Test wallet").ClickAsync();
            await Assertions.Expect(deposit).ToBeVisibleAsync();
            var drawn = await order.Locator("main").ElementHandleAsync();

            web.ToServer.Hold();
            await reward.FillAsync("0.5");
            await deposit.FillAsync("7,25");
            var inVain = InVainAsync(order, times: 3);
            web.ToServer.Cut();
            await IsLostAsync(order, "The connection is lost");
            await IsLostAsync(account, "Die Verbindung ist unterbrochen");
            await inVain;
            web.ToServer.Mend();
            await Assertions.Expect(order.GetByRole(AriaRole.Alertdialog)).ToHaveCountAsync(0);
            await Assertions.Expect(order.Locator("#total")).ToHaveTextAsync("2 tokens");
            await Assertions.Expect(reward).ToHaveValueAsync("0.5");
            await Assertions.Expect(order.Locator(".files .name")).ToHaveTextAsync(["model.onnx", "line-0.npy"]);
            await DepositsAsync(account, "7,25");
            Assert.False(await drawn.EvaluateAsync<bool>("main => main.isConnected"), "The server still knew the page.");
        }
        finally
        {
            web.ToServer.Mend();
            await web.RestartServerAsync();
        }
    }

    [Theory]
    [InlineData("**/_blazor/negotiate*")]
    [InlineData("**/_framework/blazor.web*.js")]
    public async Task What_is_chosen_and_typed_before_a_page_is_live_holds_and_the_list_follows_it(string late)
    {
        const string Requester = "0x00000000000000000000000000000000000000aa";
        await using var browser = await web.BrowserAsync(new());
        var page = await web.OpenAsync(browser, "jobs");
        var (state, requester) = (page.GetByLabel("State"), page.GetByLabel("Requester"));
        await Assertions.Expect(state).ToBeVisibleAsync();
        var comes = new TaskCompletionSource();
        await page.RouteAsync(late, async route =>
        {
            await comes.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("jobs", new() { WaitUntil = WaitUntilState.Commit });
        await state.SelectOptionAsync("Final");
        await page.GetByLabel("contested only").CheckAsync();
        await requester.FocusAsync();
        await page.Keyboard.TypeAsync(Requester[..20]);

        var main = await page.Locator("main").ElementHandleAsync();
        comes.SetResult();
        await page.WaitForFunctionAsync("main => !main.isConnected", main);
        await LiveAsync(page);
        await Assertions.Expect(requester).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(Requester[20..]);
        await Assertions.Expect(state).ToHaveValueAsync("Final");
        await Assertions.Expect(page.GetByLabel("contested only")).ToBeCheckedAsync();
        await Assertions.Expect(requester).ToHaveValueAsync(Requester);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/jobs\\?state=Final&requester={Requester}&disputed=true$"));
        await Assertions.Expect(page.GetByText("No job is like that")).ToBeVisibleAsync();
        await LiveAsync(page);
        await Assertions.Expect(state).ToHaveValueAsync("Final");
        await Assertions.Expect(requester).ToHaveValueAsync(Requester);
    }

    [Fact]
    public async Task A_page_that_something_broke_says_so_and_can_be_loaded_again()
    {
        await using var browser = await web.BrowserAsync(new() { ColorScheme = ColorScheme.Dark });
        var page = await web.OpenAsync(browser, "jobs");
        var block = page.GetByText(new Regex("^Block [0-9]+, "));
        await LiveAsync(page);
        // As extensions of browsers do: what the server takes away next is gone already.
        await page.EvaluateAsync("document.querySelector('main').replaceChildren()");
        await page.GetByRole(AriaRole.Link, new() { Name = "Models" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no longer answers");
        await Axe.FindsNothingAsync(page.Locator("#blazor-error-ui"));
        await Button(page, "Load the page again").ClickAsync();
        await Assertions.Expect(block).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_beyond_those_that_the_server_keeps_up_to_date_is_whole_and_says_why_it_does_not_change()
    {
        await web.RestartServerAsync("--live-pages", "1");
        try
        {
            await using var browser = await web.BrowserAsync(new());
            var first = await web.OpenAsync(browser, "jobs");
            await LiveAsync(first);
            var second = await web.OpenAsync(browser, "jobs");
            await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("So many pages of this server are open that no more can be kept up to date. Load this one again later.");
            await Assertions.Expect(second.GetByText("No job yet").Or(second.Locator("tbody tr").First)).ToBeVisibleAsync();
            await Axe.FindsNothingAsync(second);
            await first.CloseAsync();
            await Button(second, "Load the page again").ClickAsync();
            await LiveAsync(second);
        }
        finally
        {
            await web.RestartServerAsync();
        }
    }

    [Fact]
    public async Task Two_tabs_show_the_same_purchase_and_it_is_posted_once_unless_somebody_asks_for_more_and_back_leads_back()
    {
        await using var browser = await web.BrowserAsync(new());
        var first = await web.OpenAsync(browser, "buy/model");
        await GiveAsync(first, "line-0.npy");
        var second = await web.OpenAsync(browser, first.Url);
        await GiveAsync(second, "line-1.npy");
        await Assertions.Expect(first.Locator(".files .name")).ToHaveTextAsync(["model.onnx", "line-0.npy", "model.onnx", "line-1.npy"]);
        await Button(first, "Remove model.onnx").First.ClickAsync();
        await Assertions.Expect(second.Locator(".files .name")).ToHaveTextAsync(["line-0.npy", "model.onnx", "line-1.npy"]);
        await Button(first, "Check the files").ClickAsync();
        await first.GetByLabel("Reward of each provider").FillAsync("0.5");
        await Assertions.Expect(first.Locator("#total")).ToHaveTextAsync("2 tokens");
        await Assertions.Expect(second.Locator("#total")).ToHaveTextAsync("2 tokens");
        await Assertions.Expect(second.GetByLabel("Reward of each provider")).ToHaveValueAsync("0.5");

        var before = await web.Contract.NonceOfAsync(web.Devnet.Requester.Key.Address, Stop);
        await Button(first, "Test wallet").ClickAsync();
        await Button(second, "Test wallet").ClickAsync();
        await Button(first, "Review").ClickAsync();
        await Button(second, "Review").ClickAsync();
        await Assertions.Expect(Button(second, "Continue in the wallet")).ToBeVisibleAsync();
        var job = await PostAsync(first);
        await Assertions.Expect(second.Locator("#posted a")).ToHaveAttributeAsync("href", new Regex($"^/jobs/{job}\\?purchase="));
        await Assertions.Expect(Button(second, "Continue in the wallet")).ToHaveCountAsync(0);
        await Assertions.Expect(Button(second, "Review")).ToHaveCountAsync(0);
        await Axe.FindsNothingAsync(second);
        Assert.Equal(before + 1, await web.Contract.NonceOfAsync(web.Devnet.Requester.Key.Address, Stop));

        await first.GoBackAsync();
        await Assertions.Expect(first.Locator("#posted")).ToBeVisibleAsync();
        await Assertions.Expect(first.Locator(".files .name")).ToHaveCountAsync(3);
        await Button(first, "Post it again").ClickAsync();
        await Button(first, "Review").ClickAsync();
        await Assertions.Expect(first.Locator("#escrow")).ToBeVisibleAsync();
        await first.GoBackAsync();
        await Assertions.Expect(first.GetByLabel("Reward of each provider")).ToHaveValueAsync("0.5");
        await Button(first, "Review").ClickAsync();
        var again = await PostAsync(first);
        Assert.NotEqual(job, again);
        await Assertions.Expect(second.Locator("#posted a")).ToHaveAttributeAsync("href", new Regex($"^/jobs/{again}"));
        await ListsAsync(first, job);
    }

    [Fact]
    public async Task A_purchase_goes_from_its_start_to_the_review_by_keys_alone()
    {
        await using var browser = await web.BrowserAsync(new());
        var page = await web.OpenAsync(browser, "buy");
        await Assertions.Expect(page.Locator("h1")).ToBeFocusedAsync();
        await TabToAsync(page, page.Locator("a.skip"));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#content")).ToBeFocusedAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/buy$"));
        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Any ONNX model" }));
        await page.Keyboard.PressAsync("Enter");

        var files = page.Locator("input[type=file]:enabled");
        await files.WaitForAsync();
        await Assertions.Expect(page.Locator("h1")).ToBeFocusedAsync();
        await TabToAsync(page, files);
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        await chooser.SetFilesAsync(await FilesAsync("line-0.npy"));
        await Assertions.Expect(Button(page, "Check the files")).ToBeEnabledAsync();
        await TabToAsync(page, Button(page, "Check the files"));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#price")).ToBeFocusedAsync();

        await TabToAsync(page, page.GetByLabel("Reward of each provider"));
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("0.5");
        await TabToAsync(page, page.Locator(".replicas input:checked"));
        await page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.Locator("#total")).ToHaveTextAsync("1.5 tokens");
        await TabToAsync(page, Button(page, "Test wallet"));
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("#sign")).ToBeFocusedAsync();
        await TabToAsync(page, Button(page, "Review"));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#review")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#escrow")).ToContainTextAsync("1.5 tokens");
        await TabToAsync(page, Button(page, "Cancel"));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h2:focus")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(640, 2, "100%")]
    [InlineData(1280, 1, "200%")]
    public async Task Enlarged_to_twice_the_size_nothing_is_cut_off_and_nothing_moves_for_whom_it_disturbs(int width, int scale, string letters)
    {
        await using var browser = await web.BrowserAsync(new() { ViewportSize = new() { Width = width, Height = 430 }, DeviceScaleFactor = scale, ReducedMotion = ReducedMotion.Reduce });
        var page = await PreparedAsync(browser);
        List<string> troubles = [.. await LargeAsync(page, letters)];
        await Button(page, "Test wallet").ClickAsync();
        await Button(page, "Review").ClickAsync();
        await Assertions.Expect(page.Locator("#escrow")).ToBeVisibleAsync();
        troubles.AddRange(await LargeAsync(page, letters));
        foreach (var path in (string[])["", "buy", "jobs", "models", "providers", "verifiers", $"providers/{web.Devnet.Nodes.Keys.First()}", "earn", "account", "status", "search?q=nothing", "nowhere"])
        {
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            troubles.AddRange(await LargeAsync(page, letters));
        }

        Assert.Empty(troubles);
    }

    [Fact]
    public async Task While_the_chain_is_stopped_pages_say_that_they_are_old_and_afterwards_all_is_well_by_itself()
    {
        await using var browser = await web.BrowserAsync(new());
        var (order, jobs) = (await PreparedAsync(browser), await web.OpenAsync(browser, "jobs"));
        await order.GetByLabel("Reward of each provider").FillAsync("0.25");
        await Button(order, "Test wallet").ClickAsync();
        await Assertions.Expect(jobs.GetByText("Block ")).ToBeVisibleAsync();
        // It takes connections, and answers nothing.
        await web.SignalChainAsync("STOP");
        try
        {
            // 10 seconds, and more for a machine that has much to do.
            foreach (var page in (IPage[])[order, jobs])
            {
                await Assertions.Expect(page.Locator("main .trouble[role=status]")).ToContainTextAsync("what you see may be old");
            }

            await jobs.ReloadAsync();
            await Assertions.Expect(jobs.Locator("main .trouble[role=status]")).ToContainTextAsync(new Regex("what you see may be old: block [0-9]+"));

            await Axe.FindsNothingAsync(jobs);
            await order.Locator(".replicas input[value='2']").CheckAsync();
            await Assertions.Expect(order.Locator("#total")).ToHaveTextAsync("1 token");
            await Button(order, "Review").ClickAsync();
            await Assertions.Expect(order.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not answer now");
        }
        finally
        {
            await web.SignalChainAsync("CONT");
        }

        foreach (var page in (IPage[])[order, jobs])
        {
            await Assertions.Expect(page.Locator("main .trouble[role=status]")).ToHaveCountAsync(0);
            await Assertions.Expect(page.GetByText(new Regex("^Block [0-9]+, "))).ToBeVisibleAsync();
        }

        await Assertions.Expect(order.GetByLabel("Reward of each provider")).ToHaveValueAsync("0.25");
    }

    [Fact]
    public async Task An_index_that_is_none_or_damaged_is_told_in_one_sentence_with_what_mends_it()
    {
        var (text, damaged) = (web.FileOf("notes.txt"), web.FileOf("damaged.db"));
        await File.WriteAllTextAsync(text, string.Concat(Enumerable.Repeat("this is no database ", 100)), Stop);
        await File.WriteAllBytesAsync(damaged, FirstOfHundredPages(), Stop);
        string[] start = ["--deployment", web.Devnet.DeploymentFile, "--data", web.FileOf("other.web"), "--urls", "http://127.0.0.1:0"];
        BadInputTests.AssertRefused(await Programs.RunAsync("market-web", [.. start, "--index", text]), $"{text} is no index; name another file with --index");
        BadInputTests.AssertRefused(await Programs.RunAsync("market-web", [.. start, "--index", damaged]), $"{damaged} is damaged; start once with --rebuild-index");
        using var anew = Programs.Start("market-web", [.. start, "--index", damaged, "--rebuild-index", "--stop-with-input"]);
        await Programs.LineAsync(anew, Stop, "The marketplace is at");
        await Programs.FinishAsync(anew);
    }

    /// <summary>What a copy of an SQLite file that broke off leaves (https://www.sqlite.org/fileformat2.html, 1.3).</summary>
    private static byte[] FirstOfHundredPages()
    {
        var page = new byte[4096];
        "SQLite format 3\0"u8.CopyTo(page);
        (page[16], page[18], page[19], page[21], page[22], page[23]) = (4096 >> 8, 1, 1, 64, 32, 32);
        (page[27], page[31], page[47], page[59], page[95]) = (1, 100, 4, 1, 1);
        (page[100], page[105]) = (0x0D, 4096 >> 8);
        return page;
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>A purchase of one task whose price can be set.</summary>
    private async Task<IPage> PreparedAsync(IBrowserContext browser)
    {
        var page = await web.OpenAsync(browser, "buy/model");
        await GiveAsync(page, "line-0.npy");
        await Button(page, "Check the files").ClickAsync();
        await Assertions.Expect(page.Locator("#total")).ToBeVisibleAsync();
        return page;
    }

    private static async Task GiveAsync(IPage page, string input)
    {
        var names = page.Locator(".files .name");
        await page.Locator("input[type=file]:enabled").WaitForAsync();
        var before = await names.CountAsync();
        await page.GetByLabel("Choose files").SetInputFilesAsync(await FilesAsync(input));
        await Assertions.Expect(names).ToHaveCountAsync(before + 2);
        await Assertions.Expect(Button(page, "Check the files")).ToBeEnabledAsync();
    }

    private static async Task<FilePayload[]> FilesAsync(string input) =>
    [
        new() { Name = "model.onnx", MimeType = "", Buffer = await File.ReadAllBytesAsync(DevnetFixture.Model(TestJob.DirectionModel), Stop) },
        new() { Name = input, MimeType = "", Buffer = NpyFile.Write(TestJob.Inputs([1, 3, 48, 64], 1).Single()) },
    ];

    /// <summary>The page says so in its own words, takes the focus, and shuts nobody out.</summary>
    private static async Task IsLostAsync(IPage page, string says)
    {
        await Assertions.Expect(page.GetByRole(AriaRole.Alertdialog, new() { Name = says })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#lost")).ToBeFocusedAsync();
        await Axe.FindsNothingAsync(page);
    }

    /// <summary>Waits until a page has asked the server so often without an answer.</summary>
    private static Task InVainAsync(IPage page, int times)
    {
        var asked = new TaskCompletionSource();
        page.RequestFailed += (_, request) =>
        {
            if (request.Url.Contains("/_blazor", StringComparison.Ordinal) && Interlocked.Decrement(ref times) == 0)
            {
                asked.SetResult();
            }
        };
        return asked.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
    }

    /// <summary>The server knows the amount that stands in the field.</summary>
    private static async Task DepositsAsync(IPage account, string amount)
    {
        await Assertions.Expect(account.GetByRole(AriaRole.Alertdialog)).ToHaveCountAsync(0);
        await Assertions.Expect(account.GetByLabel("Einzahlen")).ToHaveValueAsync(amount);
        await Button(account, "Einzahlen").ClickAsync();
        await Assertions.Expect(account.GetByText($"{amount} Token verlassen Ihre Wallet")).ToBeVisibleAsync();
        await Button(account, "Abbrechen").ClickAsync();
    }

    private static async Task<string> PostAsync(IPage page)
    {
        await Button(page, "Continue in the wallet").ClickAsync();
        await page.WaitForURLAsync(new Regex("/jobs/0x[0-9a-f]{64}\\?purchase="));
        return new Uri(page.Url).AbsolutePath.Split('/')[^1];
    }

    /// <summary>Waits until a page changes with the chain: what is chosen before is lost when the page becomes live.</summary>
    private static async Task LiveAsync(IPage page)
    {
        var block = page.GetByText(new Regex("^Block [0-9]+, "));
        await Assertions.Expect(block).Not.ToHaveTextAsync(await block.InnerTextAsync());
    }

    /// <summary>Parts, filters and searches of lists, and the way back from each.</summary>
    private static async Task ListsAsync(IPage page, string job)
    {
        var rows = page.Locator("tbody tr");
        await page.GotoAsync("jobs?cursor=2");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Newest" }).ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await LiveAsync(page);
        await page.GetByLabel("State").SelectOptionAsync("Final");
        await Button(page, "Show").ClickAsync();
        await Assertions.Expect(page.GetByText("No job is like that")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(page.GetByLabel("State")).ToHaveValueAsync("");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(job[..16]);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/jobs/{job}$"));
        await page.GoBackAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await page.GoBackAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("cursor=2$"));
        await Assertions.Expect(rows).ToHaveCountAsync(1);
    }

    /// <summary>Presses Tab until something has the focus; whatever has it on the way shows so.</summary>
    private static async Task TabToAsync(IPage page, ILocator wanted)
    {
        for (var pressed = 0; pressed < 60; pressed++)
        {
            await page.Keyboard.PressAsync("Tab");
            var shown = await page.EvaluateAsync<string?>("(({ outlineStyle, outlineWidth }) => document.activeElement !== document.body && (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) ? document.activeElement.outerHTML.slice(0, 200) : null)(getComputedStyle(document.activeElement))");
            Assert.True(shown is null, $"The focus is not to be seen on {shown}");
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"60 times Tab never reached {wanted}.");
    }

    /// <summary>What is wrong with a page with large letters.</summary>
    private static async Task<IEnumerable<string>> LargeAsync(IPage page, string letters)
    {
        await page.EvaluateAsync("size => { document.documentElement.style.fontSize = size; }", letters);
        var found = await page.EvaluateAsync<string[]>("""
            () => {
              const inTable = element => element.parentElement.closest('.scroll, svg');
              const name = element => element.outerHTML.slice(0, 160);
              const all = [...document.querySelectorAll('body *')].filter(element => !element.closest('.skip, dialog:not([open])') && element.getClientRects().length > 0);
              const wide = all.filter(element => !inTable(element) && element.getBoundingClientRect().right > innerWidth + 1).map(name);
              const cut = all.filter(element => getComputedStyle(element).overflowX !== 'visible' && !element.matches('.scroll, input, select, svg') && !inTable(element) && element.scrollWidth > element.clientWidth + 1).map(name);
              const moving = document.getAnimations().map(animation => `moves: ${animation.effect?.target?.outerHTML.slice(0, 100)}`);
              const ready = all.filter(element => { const style = getComputedStyle(element); return style.animationName !== 'none' || style.transitionDuration.split(',').some(time => parseFloat(time) > 0); }).map(element => `may move: ${name(element)}`);
              return [...wide, ...cut, ...moving, ...ready, ...document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : []];
            }
            """);
        Assert.Equal(letters == "100%" ? "16px" : "32px", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('main')).fontSize"));
        return found.Take(5).Select(trouble => $"{new Uri(page.Url).AbsolutePath}: {trouble}");
    }
}
