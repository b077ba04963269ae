using System.Text.RegularExpressions;
using Market.Chain.State;
using Market.Node.Requests;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>The marketplace in a real Chromium while a job happens on a real devnet.</summary>
public sealed class WebTests(DevnetFixture fixture) : IClassFixture<DevnetFixture>
{
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("MARKET_SCREENSHOTS");

    [Fact]
    public async Task A_job_is_seen_from_posted_to_final_without_reloading()
    {
        var stop = TestContext.Current.CancellationToken;
        var web = await fixture.Devnet.StartWebAsync(stop);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 860 } });
        var troubles = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                troubles.Add(message.Text);
            }
        };
        page.PageError += (_, error) => troubles.Add(error);

        await page.GotoAsync(web + "jobs");
        await Assertions.Expect(page.GetByText("No job yet")).ToBeVisibleAsync();
        var job = await PlayAsync(stop);
        await Assertions.Expect(page.Locator("tbody tr .chip")).ToHaveTextAsync("Final", new() { Timeout = 20_000 });
        await ShootAsync(page, "jobs");

        await page.Locator("tbody tr a").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#bits")).ToContainTextAsync(new Regex("3 results, [23] different bit patterns, largest difference"), new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("tbody .chip.good")).ToHaveCountAsync(3);
        await Assertions.Expect(page.GetByText("gave its verdict and the contract paid")).ToBeVisibleAsync();
        Assert.Contains(job.Id.ToString(), page.Url, StringComparison.Ordinal);
        await ShootAsync(page, "job");

        await page.GetByRole(AriaRole.Link, new() { Name = "Providers" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await ShootAsync(page, "providers");
        Assert.Empty(troubles);
    }

    private static async Task ShootAsync(IPage page, string name)
    {
        if (Screenshots is not null)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, name + ".png") });
        }
    }

    private async Task<JobRecord> PlayAsync(CancellationToken stop)
    {
        await using var peer = await fixture.RequesterAsync(stop);
        var job = await TestJob.PostAsync(peer, null, 480, 8, stop);
        return await new Requester(peer).AttendAsync(job.Id, _ => { }, stop);
    }
}
