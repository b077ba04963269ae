using Market.Chain;
using Market.Ethereum.Keys;
using Microsoft.Playwright;

namespace Market.Benchmarks.Web;

/// <summary>What somebody who comes for the first time waits for, in Chromium: the first paint of the landing page, and the bytes until its parts are live.</summary>
internal static class PaintBenchmark
{
    private const string Paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime";

    public static async Task RunAsync(int rounds)
    {
        await using var web = await MeasuredWeb.StartAsync();
        await using var client = await web.Deployment.ConnectAsync(null, default);
        using var key = PrivateKey.Parse(web.RequesterKey);
        var folder = Directory.CreateTempSubdirectory("market-paint-");
        try
        {
            await using var account = MarketAccount.Open(new MarketContract(client, web.Deployment), key, folder.FullName);
            using var posted = new PostedJobs(account);
            await posted.PrepareAsync(Viewer.Shown);
            for (var i = 0; i < Viewer.Shown; i++)
            {
                await posted.PostAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        List<(double Paint, Received Received)> loads = [];
        for (var i = -1; i < rounds; i++)
        {
            var load = await LoadAsync(browser, web.Address);
            loads.AddRange(i >= 0 ? [load] : []);
        }

        Show([.. loads.Select(l => l.Paint).Order()], loads[^1].Received);
    }

    /// <summary>Loads the page in a profile that knows nothing of it.</summary>
    private static async Task<(double Paint, Received Received)> LoadAsync(IBrowser browser, Uri address)
    {
        await using var nobody = await browser.NewContextAsync();
        var page = await nobody.NewPageAsync();
        var received = await Received.ListenAsync(page);
        await page.GotoAsync(address.ToString());
        // Once it shows another block than it was sent with, it is live.
        var block = page.GetByText("Block ").First;
        await Assertions.Expect(block).Not.ToHaveTextAsync(await block.InnerTextAsync(), new() { Timeout = 60_000 });
        return (await page.EvaluateAsync<double>(Paint), received);
    }

    private static void Show(double[] paints, Received received)
    {
        Report.Begin("median, goal", "most");
        Report.Row("landing page, first visit: first contentful paint", $"{Report.Number(paints[paints.Length / 2], "ms")}, < 1,000", Report.Number(paints[^1], "ms"));
        Report.Row("received until it is live", $"{received.Bytes / 1000.0:F1} kB, < 250 kB, in {received.Requests} requests", "");
    }
}
