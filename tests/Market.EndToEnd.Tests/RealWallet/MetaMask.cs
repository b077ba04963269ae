using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests.RealWallet;

/// <summary>A real MetaMask in a Chromium of its own, which reaches nothing but this machine, and its owner at its windows.</summary>
internal sealed class MetaMask : IAsyncDisposable
{
    /// <summary>The phrase of the accounts that the devnet's chain funds: everybody knows it.</summary>
    private const string Phrase = "test test test test test test test test test test test junk";

    private const string Password = "known to everybody";
    private readonly IBrowserContext _browser;
    private readonly string _pages;

    private MetaMask(IBrowserContext browser, string pages) => (_browser, _pages) = (browser, pages);

    /// <summary>Starts it, knowing chains by their names, on the first of them, with the phrase's first account.</summary>
    public static async Task<MetaMask> StartAsync(IPlaywright playwright, string folder, params (string Name, ulong Id, Uri Rpc)[] chains)
    {
        var extension = MetaMaskExtension.WriteTo(Path.Combine(folder, "extension"));
        var browser = await playwright.Chromium.LaunchPersistentContextAsync(Path.Combine(folder, "browser"), new()
        {
            ExecutablePath = "/usr/bin/chromium", Locale = "en-US", IgnoreDefaultArgs = ["--disable-extensions"], Timeout = 90_000,
            Args = ["--no-sandbox", $"--disable-extensions-except={extension.Folder}", $"--load-extension={extension.Folder}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        });
        browser.SetDefaultTimeout(Chromium.Patience);
        var wallet = new MetaMask(browser, $"chrome-extension://{extension.Id}/");
        await wallet.BeginAsync(chains);
        return wallet;
    }

    public async Task<IPage> OpenAsync(string address)
    {
        var page = await _browser.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    /// <summary>Waits until it asks something, and presses one of its buttons.</summary>
    public async Task AnswerAsync(string question, string answer)
    {
        while (true)
        {
            var window = await WindowAsync();
            var button = window.Locator("body", new() { HasText = question }).GetByRole(AriaRole.Button, new() { Name = answer });
            try
            {
                await button.WaitForAsync();
            }
            catch (PlaywrightException error) when (IsClosed(error))
            {
                continue; // It was the window of the last question.
            }

            try
            {
                await button.ClickAsync();
                await button.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
                await (IsMain(window) ? window.CloseAsync() : Task.CompletedTask);
            }
            catch (PlaywrightException error) when (IsClosed(error))
            {
                // It closes once it is answered.
            }

            return;
        }
    }

    /// <summary>Changes the chain as its owner does, in its own window.</summary>
    public async Task ChooseAsync(string chain)
    {
        var home = await OpenAsync(_pages + "home.html");
        await home.Locator(".network-component").ClickAsync();
        await home.Locator("li.dropdown-menu-item", new() { HasText = chain }).ClickAsync();
        await Assertions.Expect(home.Locator(".network-component")).ToContainTextAsync(chain);
        await home.CloseAsync();
    }

    public ValueTask DisposeAsync() => new(_browser.CloseAsync());

    private static bool IsClosed(PlaywrightException error) => error.Message.Contains("has been closed", StringComparison.Ordinal);

    private bool IsMain(IPage page) => page.Url.StartsWith(_pages + "home.html", StringComparison.Ordinal);

    private async Task BeginAsync((string Name, ulong Id, Uri Rpc)[] chains)
    {
        JsonObject[] known = [.. chains.Select(c => new JsonObject
        {
            ["type"] = "rpc", ["nickname"] = c.Name, ["chainId"] = $"{c.Id}", ["ticker"] = "ETH", ["rpcUrl"] = c.Rpc.ToString(), ["rpcTarget"] = c.Rpc.ToString(),
        })];
        var state = new JsonObject
        {
            ["meta"] = new JsonObject { ["version"] = 39 },
            ["data"] = new JsonObject
            {
                ["NetworkController"] = new JsonObject { ["provider"] = known[0].DeepClone() },
                ["PreferencesController"] = new JsonObject { ["participateInMetaMetrics"] = false, ["frequentRpcListDetail"] = new JsonArray([.. known]) },
            },
        };
        var background = await OpenAsync(_pages + "empty.html");
        await background.EvaluateAsync("state => chrome.storage.local.set(JSON.parse(state))", state.ToJsonString());
        await background.GotoAsync(_pages + "background.html");

        var home = await OpenAsync(_pages + "home.html#initialize/create-password/import-with-seed-phrase");
        await home.Locator(".first-time-flow textarea").FillAsync(Phrase);
        await home.Locator("#password").FillAsync(Password);
        await home.Locator("#confirm-password").FillAsync(Password);
        await home.GetByRole(AriaRole.Checkbox).ClickAsync();
        await home.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await home.GetByRole(AriaRole.Button, new() { Name = "All Done" }).ClickAsync();
        await Assertions.Expect(home.Locator(".network-component")).ToContainTextAsync(chains[0].Name);
        await home.CloseAsync();
    }

    /// <summary>The window in which it asks. It opens none while the one of its last question is still there: then its owner looks into its main one.</summary>
    private async Task<IPage> WindowAsync()
    {
        var coming = _browser.WaitForPageAsync(new() { Timeout = 20_000 });
        if (_browser.Pages.FirstOrDefault(p => p.Url.StartsWith(_pages + "notification.html", StringComparison.Ordinal)) is { } open)
        {
            return open;
        }

        try
        {
            return await coming;
        }
        catch (TimeoutException)
        {
            return await OpenAsync(_pages + "home.html");
        }
    }
}
