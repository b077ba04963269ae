using Market.Cli;
using Market.Demo.Recognition;
using Market.Demo.TextLines;
using Market.Node.Devnets;
using Microsoft.Playwright;

namespace Market.Demo.Buying;

/// <summary>The whole market as somebody sees it who never opens a terminal: pictures of text are bought, watched, downloaded and checked in a browser.</summary>
internal sealed class BuyerDemo(DemoOptions options, Terminal terminal, string root, string folder)
{
    private const string Chromium = "/usr/bin/chromium";
    private readonly long _started = TimeProvider.System.GetTimestamp();

    /// <summary>Runs it and says what became of it.</summary>
    public async Task<BuyerResult> RunAsync(CancellationToken stop)
    {
        if (!File.Exists(Chromium))
        {
            throw new FailureException($"No '{Chromium}': --web needs a browser. On Debian: apt-get install chromium.");
        }

        var cards = CardDrawing.Draw(LineDrawing.Draw(options.Tasks, Path.Combine(root, "node_modules/dejavu-fonts-ttf/ttf")));
        terminal.Progress($"Starting a chain, {options.Replicas} providers, a verifier and the web server…");
        var members = new DevnetOptions { Folder = folder, Providers = options.Replicas, Verifiers = 1, Log = options.Verbose ? Console.Error : null };
        var devnet = await Devnet.StartAsync(members, stop).ConfigureAwait(false);
        await using var _ = devnet.ConfigureAwait(false);
        await devnet.StartNodesAsync(stop).ConfigureAwait(false);
        var web = await devnet.StartWebAsync(stop).ConfigureAwait(false);
        terminal.Progress($"The marketplace is at {web}. A browser opens, with a wallet that signs for the devnet's requester.");

        var chain = await devnet.Deployment.ConnectAsync(null, stop).ConfigureAwait(false);
        await using var __ = chain.ConfigureAwait(false);
        var wallet = new InjectedWallet(chain, devnet.Deployment, devnet.Requester.Key, Path.Combine(folder, "wallet.jsonl"), stop) { Batches = true };
        await using var ___ = wallet.ConfigureAwait(false);
        using var playwright = await Playwright.CreateAsync().ConfigureAwait(false);
        var seen = Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 };
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"], Headless = !seen }).ConfigureAwait(false);
        await using var ____ = browser.ConfigureAwait(false);
        var page = await browser.NewPageAsync(new() { AcceptDownloads = true }).ConfigureAwait(false);
        await wallet.InjectAsync(page).ConfigureAwait(false);
        page.PageError += (_, error) => members.Log?.WriteLine($"[browser] {error}");
        page.Console += (_, message) => members.Log?.WriteLine($"[browser] {message.Text}");
        using var closing = stop.Register(() => Close(browser));
        try
        {
            var bought = await new Buyer(page, web, options.Replicas, terminal).BuyAsync([.. cards.Select(card => new FilePayload { Name = card.Name + ".png", MimeType = "image/png", Buffer = card.Png })]).ConfigureAwait(false);
            var accuracy = CharacterAccuracy.Of(cards.Select(c => (c.Truth!, bought.Texts.GetValueOrDefault(c.Name + ".png", ""))));
            var result = new BuyerResult(bought.Jobs, cards.Count, accuracy, bought.Checked, TimeProvider.System.GetElapsedTime(_started));
            terminal.Answer(result, result.Write);
            if (options.Keep)
            {
                terminal.Progress($"All is left running until Ctrl-C. Look at it: {page.Url}");
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
            }

            return result;
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            stop.ThrowIfCancellationRequested();
            throw new FailureException($"{e.Message}\nThe page {page.Url} says:\n{await page.InnerTextAsync("body").ConfigureAwait(false)}", e);
        }
    }

    private static void Close(IBrowser browser) => _ = browser.CloseAsync();
}
