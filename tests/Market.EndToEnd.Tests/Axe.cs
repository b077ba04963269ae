using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>Whether a page shuts somebody out, as axe finds: its usual rules, and the size of targets (WCAG 2.2, 2.5.8), which it leaves out unless it is asked.</summary>
internal static class Axe
{
    private static readonly AxeRunOptions Rules = new() { Rules = new() { ["target-size"] = new() { Enabled = true } } };

    public static async Task FindsNothingAsync(IPage page) => FoundNothing(page, await page.RunAxe(Rules));

    public static async Task FindsNothingAsync(ILocator part) => FoundNothing(part.Page, await part.RunAxe(Rules));

    /// <summary>By day and by night, on a desk and on a phone, where nothing hangs over the edge; afterwards the page is as it was.</summary>
    public static async Task FindsNothingInAnyLookAsync(IPage page)
    {
        var size = page.ViewportSize!;
        foreach (var (colours, width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Dark, 390)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = colours });
            await page.SetViewportSizeAsync(width, 860);
            await FindsNothingAsync(page);
            await FitsAsync(page);
        }

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Null });
        await page.SetViewportSizeAsync(size.Width, size.Height);
    }

    /// <summary>Nothing on the page is wider than its window.</summary>
    public static async Task FitsAsync(IPage page)
    {
        var wide = await page.EvaluateAsync<string?>("document.documentElement.scrollWidth > innerWidth ? [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 200)).pop() ?? 'the page' : null");
        Assert.True(wide is null, $"{page.Url} is wider than {page.ViewportSize?.Width} pixels: {wide}");
    }

    private static void FoundNothing(IPage page, AxeResult found) => Assert.True(
        found.Violations.Length == 0,
        $"{page.Url}, {page.ViewportSize?.Width} wide: {string.Join("; ", found.Violations.SelectMany(v => v.Nodes.Take(8).Select(n => $"{v.Id} {n.Html} {string.Join(' ', n.Any.Select(c => c.Message))}")))}");
}
