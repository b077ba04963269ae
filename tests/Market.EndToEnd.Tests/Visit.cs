using Market.Demo.Buying;
using Market.Ethereum.Rpc;
using Market.Node.Devnets;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>Somebody at the pages of a devnet in a real Chromium, with a wallet that signs for one of its accounts.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly EthereumClient _chain;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Visit(EthereumClient chain, InjectedWallet wallet, IPlaywright playwright, IBrowser browser, IPage page) =>
        (_chain, Wallet, _playwright, _browser, Page) = (chain, wallet, playwright, browser, page);

    public InjectedWallet Wallet { get; }

    public IPage Page { get; }

    /// <summary>What went wrong on the page: errors, what its policy forbids, and whatever it asks of others.</summary>
    public List<string> Troubles { get; } = [];

    /// <param name="devnet">Whose chain.</param>
    /// <param name="web">Where its pages are.</param>
    /// <param name="account">For whom the wallet signs.</param>
    /// <param name="stop">Stops what the wallet sends.</param>
    public static async Task<Visit> BeginAsync(Devnet devnet, Uri web, DevnetAccount account, CancellationToken stop)
    {
        var chain = await devnet.Deployment.ConnectAsync(null, stop);
        var wallet = new InjectedWallet(chain, devnet.Deployment, account.Key, Path.Combine(account.Folder, $"{Guid.NewGuid():n}.jsonl"), stop);
        var playwright = await Playwright.CreateAsync();
        var browser = await Chromium.StartAsync(playwright);
        var visit = new Visit(chain, wallet, playwright, browser, await browser.NewPageAsync(new() { BaseURL = web.ToString(), ViewportSize = new() { Width = 1280, Height = 860 }, AcceptDownloads = true }));
        visit.Page.SetDefaultTimeout(Chromium.Patience);
        visit.Page.PageError += (_, error) => visit.Troubles.Add(error);
        visit.Page.Console += (_, message) => visit.Troubles.AddRange(message.Text.Contains("Content Security Policy", StringComparison.Ordinal) ? [message.Text] : []);
        visit.Page.Request += (_, request) => visit.Troubles.AddRange(request.Url.StartsWith(web.ToString(), StringComparison.Ordinal) || request.Url.Split(':')[0] is "data" or "blob" ? [] : [request.Url]);
        await wallet.InjectAsync(visit.Page);
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
        await Wallet.DisposeAsync();
        await _chain.DisposeAsync();
    }
}
