using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Market.Chain.State;
using Market.Index.Storage;
using Market.Index.Writing;
using Market.Protocol.Jobs;

namespace Market.Web.Tests;

/// <summary>The server's answers to programs, over a real chain on which random people played.</summary>
public sealed class ApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    private readonly HttpClient _http = server.Http;
    private readonly MarketState _state = server.State;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_every_job_in_parts_and_each_with_all_that_happened_to_it()
    {
        List<JsonNode> jobs = [];
        for (string? cursor = null; ;)
        {
            var page = await GetAsync("/api/v1/jobs?count=4" + (cursor is null ? "" : "&cursor=" + cursor));
            jobs.AddRange(page["items"]!.AsArray().Select(j => j!.DeepClone()));
            if ((cursor = page["next"]?.GetValue<string>()) is null)
            {
                break;
            }
        }

        Assert.Equal(_state.NewestJobs().Select(j => j.Id.ToString()), jobs.Select(j => j["id"]!.GetValue<string>()));
        foreach (var job in _state.NewestJobs().Take(5))
        {
            var found = await GetAsync($"/api/v1/jobs/{job.Id}");
            Assert.Equal(job.State.ToString(), found["state"]!.GetValue<string>());
            Assert.Equal(job.Price.ToString(CultureInfo.InvariantCulture), found["price"]!.GetValue<string>());
            Assert.Equal(job.Seats.Length, found["seats"]!.AsArray().Count);
            Assert.Equal(job.History.Select(h => h.Event.GetType().Name), found["events"]!.AsArray().Select(e => e!["name"]!.GetValue<string>()));
        }

        var final = await GetAsync("/api/v1/jobs?state=Final&count=200");
        Assert.Equal(_state.Jobs.Values.Count(j => j.State == JobState.Final), final["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Gives_all_jobs_as_a_table_for_spreadsheets()
    {
        var answer = await _http.GetAsync("/api/v1/jobs.csv", Stop);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync(Stop)).TrimEnd().Split(Environment.NewLine);
        Assert.StartsWith("number,id,state", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            _state.NewestJobs().Select(j => $"{j.Id} {j.WorkSeconds().Sum()} {WorkVolume(j)}"),
            lines.Skip(1).Select(l => l.Split(',')).Select(l => $"{l[1]} {l[^2]} {l[^1]}"));
    }

    [Fact]
    public async Task Tells_stakes_numbers_and_hours_as_the_chain_has_them()
    {
        var providers = await GetAsync("/api/v1/providers");
        Assert.Equal(_state.Stakes.Values.Count(s => s.Role == StakeRole.Provider), providers["items"]!.AsArray().Count);
        var some = _state.Jobs.Values.SelectMany(j => j.Seats).First(s => s.Provider != 0).Provider;
        var stake = await GetAsync($"/api/v1/stakes/{some}");
        Assert.Equal(_state.Stakes[some].Amount.ToString(CultureInfo.InvariantCulture), stake["bonded"]!.GetValue<string>());
        var seats = await GetAsync($"/api/v1/stakes/{some}/seats?count=200");
        Assert.Equal(_state.Jobs.Values.Count(j => j.Seats.Any(s => s.Provider == some)), seats["items"]!.AsArray().Count);
        var totals = await GetAsync("/api/v1/totals");
        Assert.Equal(_state.Jobs.Count, totals["jobs"]!.GetValue<int>());
        var now = (await GetAsync("/health"))["time"]!.GetValue<long>();
        var hours = await GetAsync($"/api/v1/hours?from={now - 86_400}&until={now}");
        Assert.Equal(_state.Jobs.Count, hours.AsArray().Sum(h => h!["posted"]!.GetValue<int>()));
        Assert.Equal(
            (_state.Jobs.Values.Sum(j => j.WorkSeconds().Sum()), _state.Jobs.Values.Sum(WorkVolume)),
            (hours.AsArray().Sum(h => h!["workSeconds"]!.GetValue<long>()), hours.AsArray().Sum(h => long.Parse(h!["workVolume"]!.GetValue<string>(), CultureInfo.InvariantCulture))));
        Assert.All(seats["items"]!.AsArray(), s => Assert.Equal(_state.Jobs.Values.Single(j => j.Number == s!["job"]!["number"]!.GetValue<long>()).WorkSeconds()[s!["seat"]!.GetValue<int>()], s["workSeconds"]?.GetValue<long>()));
        Assert.Equal("Job", (await GetAsync($"/api/v1/search?q={_state.JobOrder[0]}"))[0]!["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tells_models_by_use_and_the_jobs_of_each_and_that_one_became_known_without_a_block()
    {
        var model = server.Service<ModelNames>().All.Single(n => n.Value == "Silero VAD 5").Key;
        var before = await _http.GetAsync("/api/v1/models", Stop);
        Assert.Empty(JsonNode.Parse(await before.Content.ReadAsStringAsync(Stop))!["items"]!.AsArray());
        Assert.Empty((await GetAsync($"/api/v1/jobs?model={model}"))["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync(before.Headers.ETag!));

        await new HeadBook(server.Service<IndexStore>()).LearnAsync(_state.NewestJobs().First().Spec.Bundle.ToString(), model, Stop);
        server.Service<MarketWatch>().Learnt();
        Assert.Equal(HttpStatusCode.OK, await AskAgainAsync(before.Headers.ETag!));
        var line = Assert.Single((await GetAsync("/api/v1/models?count=1"))["items"]!.AsArray())!;
        var judged = _state.Jobs.Values.Where(j => j.IsJudged).ToList();
        Assert.Equal((model, _state.Jobs.Count, judged.Count, judged.Sum(j => (long)j.Spec.Tasks)), (line["model"]!.GetValue<string>(), line["jobs"]!.GetValue<int>(), line["judged"]!.GetValue<int>(), line["tasks"]!.GetValue<long>()));
        Assert.Equal(
            judged.Aggregate(0UL, (sum, j) => sum + (j.Price * (ulong)j.Count(s => s.Outcome == Outcome.Accept))).ToString(CultureInfo.InvariantCulture), line["volume"]!.GetValue<string>());
        Assert.Equal(judged.Sum(j => (long)j.Spec.Tasks * j.Count(s => s.Outcome == Outcome.Accept)), line["executions"]!.GetValue<long>());
        Assert.Equal((judged.Sum(j => j.WorkSeconds().Sum()), $"{judged.Sum(WorkVolume)}"), (line["workSeconds"]!.GetValue<long>(), line["workVolume"]!.GetValue<string>()));
        Assert.Equal("Silero VAD 5", line["name"]!.GetValue<string>());
        Assert.Equal(_state.Jobs.Count, (await GetAsync($"/api/v1/jobs?model={model}&count=200"))["items"]!.AsArray().Count);
        Assert.Equal(model, (await GetAsync($"/api/v1/jobs/{_state.JobOrder[0]}"))["model"]!.GetValue<string>());
        var csv = await _http.GetStringAsync($"/api/v1/jobs.csv?model={model}", Stop);
        Assert.Contains($",{model},", csv.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_models_that_apps_bring_along_and_finds_them_and_apps_by_name()
    {
        var root = server.Service<ModelNames>().All.Single(n => n.Value == "Silero VAD 5").Key;
        var found = (await GetAsync("/api/v1/search?q=silero")).AsArray();
        Assert.Equal([("App", "speech", "Speech detection"), ("Model", root, "Silero VAD 5")], found.Select(f => (f!["kind"]!.GetValue<string>(), f["name"]!.GetValue<string>(), f["title"]!.GetValue<string>())));
        var job = Assert.Single((await GetAsync($"/api/v1/search?q={_state.JobOrder[0]}")).AsArray())!;
        Assert.Null(job["title"]);
    }

    [Theory]
    [InlineData("/api/v1/jobs?cursor=nonsense", 400)]
    [InlineData("/api/v1/models?cursor=nonsense", 400)]
    [InlineData("/api/v1/jobs?model=nonsense", 200)]
    [InlineData("/api/v1/jobs?state=Nonsense", 400)]
    [InlineData("/api/v1/jobs?count=-5", 200)]
    [InlineData("/api/v1/jobs?count=2000000", 200)]
    [InlineData("/api/v1/jobs?requester=%27%3B%20DROP%20TABLE%20Jobs", 200)]
    [InlineData("/api/v1/jobs/0x12", 404)]
    [InlineData("/api/v1/jobs/0x00000000000000000000000000000000000000000000000000000000000000aa", 404)]
    [InlineData("/api/v1/stakes/999999", 404)]
    [InlineData("/api/v1/stakes/x", 404)]
    [InlineData("/api/v1/hours?from=5&until=1", 400)]
    [InlineData("/api/v1/hours?from=0&until=9000000000", 400)]
    [InlineData("/api/v1/hours", 400)]
    [InlineData("/api/v1/nothing", 404)]
    public async Task Answers_what_nobody_should_ask_with_a_fitting_code(string path, int code)
    {
        var answer = await _http.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode)code, answer.StatusCode);
        Assert.DoesNotContain("   at ", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_nothing_happened_until_a_block_comes()
    {
        var first = await _http.GetAsync("/api/v1/totals", Stop);
        Assert.NotNull(first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync(first.Headers.ETag));
        await server.MineAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAgainAsync(first.Headers.ETag));
    }

    [Fact]
    public async Task Bounds_how_often_one_address_asks_and_says_when_to_come_back()
    {
        await using var another = await server.StartAnotherAsync();
        using var http = new HttpClient { BaseAddress = new Uri(another.Urls.First()) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => http.GetAsync("/api/v1/totals", Stop)));
        var refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains(answers, a => a.StatusCode != HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Describes_itself_and_lets_no_page_run_foreign_or_inline_code()
    {
        var described = await GetAsync("/openapi/v1.json");
        Assert.Contains("/api/v1/jobs/{id}", described["paths"]!.AsObject().Select(p => p.Key));
        foreach (var path in (string[])["/", "/jobs", "/models", "/providers", "/verifiers", "/status", "/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/jobs/%3Cscript%3Ealert(1)%3C%2Fscript%3E"])
        {
            var answer = await _http.GetAsync(path, Stop);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            var html = await answer.Content.ReadAsStringAsync(Stop);
            Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
            Assert.DoesNotContain(" style=\"", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Asks_all_nodes_in_rounds_and_tells_what_came_of_it()
    {
        var stake = _state.Stakes.Values.First(s => s is { Slashed: false, Amount: > 0 }).Id;
        JsonNode? node;
        for (var blocks = 0; (node = (await GetAsync($"/api/v1/stakes/{stake}"))["node"]) is null && blocks < 100; blocks++)
        {
            await server.MineAsync();
        }

        Assert.NotEqual("", node!["trouble"]!.GetValue<string>());
        Assert.Equal((1, 0), (node["askedTimes"]!.GetValue<int>(), node["answeredTimes"]!.GetValue<int>()));
    }

    /// <summary>What the seats of a job whose work the chain tells were paid, in units.</summary>
    private static long WorkVolume(JobRecord job) => (long)job.Price * job.WorkSeconds().Count(s => s is not null);

    private async Task<JsonNode> GetAsync(string path)
    {
        var answer = await _http.GetAsync(path, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<HttpStatusCode> AskAgainAsync(EntityTagHeaderValue known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/totals") { Headers = { IfNoneMatch = { known } } };
        return (await _http.SendAsync(request, Stop)).StatusCode;
    }
}
