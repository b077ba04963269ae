using System.Text.RegularExpressions;
using Market.Cli;
using Microsoft.Playwright;

namespace Market.Demo.Buying;

/// <summary>Somebody at the pages: does what a person would, and waits for what a person would see.</summary>
internal sealed partial class Buyer(IPage page, Uri web, int replicas, Terminal terminal)
{
    private const float Patience = 120_000;

    /// <summary>Buys text recognition of pictures and pages, in two jobs; says what was read in each, and what the browser found when it checked the download.</summary>
    public async Task<(IReadOnlyList<string> Jobs, IReadOnlyDictionary<string, string> Texts, string Checked)> BuyAsync(IReadOnlyList<FilePayload> files)
    {
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(new Uri(web, "buy").ToString()).ConfigureAwait(false);
        await Link("Text recognition").ClickAsync().ConfigureAwait(false);
        await page.Locator("input[type=file]:enabled").WaitForAsync().ConfigureAwait(false);
        terminal.Progress($"Uploading {files.Count} {(files.Count == 1 ? "file" : "files")}…");
        await page.GetByLabel("Choose files").SetInputFilesAsync(files).ConfigureAwait(false);
        var find = await OrderAsync("find the lines").ConfigureAwait(false);
        await Link("Continue").ClickAsync().ConfigureAwait(false);
        var read = await OrderAsync("read the lines").ConfigureAwait(false);

        var figures = page.Locator("figure:has(svg.boxes)");
        await figures.Last.WaitForAsync().ConfigureAwait(false);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var figure in await figures.AllAsync().ConfigureAwait(false))
        {
            var text = await figure.Locator("pre").TextContentAsync().ConfigureAwait(false);
            texts[await figure.Locator("b").InnerTextAsync().ConfigureAwait(false)] = text!.ReplaceLineEndings(" ").Trim();
        }

        return ([find, read], texts, await CheckAsync().ConfigureAwait(false));
    }

    /// <summary>From files to a verdict; the page then shows the job.</summary>
    public async Task<string> OrderAsync(string what)
    {
        await Button("Check the files").ClickAsync().ConfigureAwait(false);
        await page.Locator("#tasks").WaitForAsync().ConfigureAwait(false);
        await page.Locator($".replicas input[value='{replicas}']").CheckAsync().ConfigureAwait(false);
        await Button("Review").Or(Button("Test wallet")).First.WaitForAsync().ConfigureAwait(false);
        if (await Button("Test wallet").IsVisibleAsync().ConfigureAwait(false))
        {
            await Button("Test wallet").ClickAsync().ConfigureAwait(false);
        }

        await Button("Review").ClickAsync().ConfigureAwait(false);
        terminal.Progress($"To {what}: {await page.Locator("#escrow").InnerTextAsync().ConfigureAwait(false)}. Signing…");
        await Button("Continue in the wallet").ClickAsync().ConfigureAwait(false);
        await page.WaitForURLAsync(JobAddress()).ConfigureAwait(false);
        var job = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        terminal.Progress($"Posted {job}; waiting for its verdict…");
        await Link("Download all").WaitForAsync().ConfigureAwait(false);
        return job;
    }

    [GeneratedRegex("/jobs/0x[0-9a-f]{64}\\?purchase=")]
    private static partial Regex JobAddress();

    private ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    private ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name });

    private async Task<string> CheckAsync()
    {
        terminal.Progress("Downloading the outputs, and having the browser hash them…");
        var download = await page.RunAndWaitForDownloadAsync(() => Link("Download all").ClickAsync()).ConfigureAwait(false);
        await page.GetByLabel("Check it yourself").SetInputFilesAsync(await download.PathAsync().ConfigureAwait(false)).ConfigureAwait(false);
        var says = page.Locator("#checked").Filter(new() { HasTextRegex = new("verdict|another|not") });
        await says.WaitForAsync().ConfigureAwait(false);
        return await says.InnerTextAsync().ConfigureAwait(false);
    }
}
