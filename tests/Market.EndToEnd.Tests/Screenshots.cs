using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>The pictures in docs/images, taken where the tests pass by if <c>scripts/screenshots</c> asks for them.</summary>
internal static class Screenshots
{
    private static readonly string[] Shown = ["overview", "jobs", "job", "provider", "models", "job-dark", "overview-phone", "buy", "buy-price", "earn"];
    private static readonly string? Folder = Environment.GetEnvironmentVariable("MARKET_SCREENSHOTS");

    /// <summary>Takes a page's picture if the documents show it.</summary>
    public static async Task TakeAsync(IPage page, string name)
    {
        if (Folder is not null && Shown.Contains(name))
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name + ".png") });
        }
    }
}
