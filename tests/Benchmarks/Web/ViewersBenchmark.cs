using System.Diagnostics;
using Market.Chain;
using Market.Ethereum.Keys;
using Market.Ethereum.Sending;

namespace Market.Benchmarks.Web;

/// <summary>How long after its block a job is on the page of everybody who looks, and what each viewer costs the server.</summary>
internal static class ViewersBenchmark
{
    private const int OpenAtOnce = 16;
    private static readonly string[] Pages = ["/", "/jobs"];

    public static async Task RunAsync(int viewers, int jobs)
    {
        await using var web = await MeasuredWeb.StartAsync();
        await using var client = await web.Deployment.ConnectAsync(null, default);
        using var key = PrivateKey.Parse(web.RequesterKey);
        var folder = Directory.CreateTempSubdirectory("market-viewers-");
        try
        {
            await using var account = MarketAccount.Open(new MarketContract(client, web.Deployment), key, folder.FullName, new SenderOptions { PollInterval = TimeSpan.FromMilliseconds(100) });
            using var posted = new PostedJobs(account);
            await posted.PrepareAsync(jobs + Viewer.Shown);
            await MeasureAsync(web, posted, viewers, jobs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(MeasuredWeb web, PostedJobs posted, int viewers, int jobs)
    {
        using var http = new HttpClient();
        for (var i = 0; i < Viewer.Shown; i++)
        {
            await posted.PostAsync();
            await http.GetStringAsync(new Uri(web.Address, Pages[i % Pages.Length]));
        }

        var (heap, resident) = (await web.HeapAsync(), web.Resident);
        var looking = new Viewer[viewers];
        await Parallel.ForAsync(0, viewers, new ParallelOptions { MaxDegreeOfParallelism = OpenAtOnce }, async (i, _) =>
            looking[i] = await Viewer.OpenAsync(http, new Uri(web.Address, Pages[i % Pages.Length]), posted));
        var (began, computed) = (Stopwatch.GetTimestamp(), web.Computed);
        for (var i = 0; i < jobs; i++)
        {
            await posted.PostAsync();
        }

        await Task.WhenAll(looking.Select(v => v.SeenAsync(Viewer.Shown + jobs))).WaitAsync(TimeSpan.FromMinutes(1));
        var (seconds, spent, resides) = (Stopwatch.GetElapsedTime(began).TotalSeconds, web.Computed - computed, web.Resident);
        Show(viewers, [.. looking.SelectMany(v => v.Delays()).Order()], spent, seconds);
        Report.Row("memory of a viewer: objects / of the process", $"{((await web.HeapAsync()) - heap) / viewers >> 10:N0} KiB", $"{(resides - resident) / viewers >> 10:N0} KiB", "", "");
        Report.Row("memory of the server: objects / of the process", $"{heap >> 20} MiB", $"{resident >> 20} MiB with nobody, {resides >> 20} MiB with {viewers}", "", "");
        Array.ForEach(looking, v => v.Dispose());
    }

    private static void Show(int viewers, double[] delays, double spent, double seconds)
    {
        Report.Begin("p50", "p95", "most, goal", "the server's processor time: cores / for an update");
        Report.Row(
            $"{viewers} viewers: from a job's block until it is on the page, {delays.Length:N0} updates",
            Report.Number(delays[delays.Length / 2], "ms"), Report.Number(delays[delays.Length * 95 / 100], "ms"), $"{Report.Number(delays[^1], "ms")}, < 1,000", $"{Report.Number(spent / seconds)} / {Report.Number(1000 * spent / delays.Length, "ms")}");
    }
}
