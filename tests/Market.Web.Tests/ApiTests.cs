using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Index.Storage;
using Market.Index.Writing;
using Market.Jobs.Peers;
using Market.Protocol.Jobs;
using Market.Web.Api;
using Market.Web.Components.Watching;
using Microsoft.Extensions.DependencyInjection;

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
            Assert.Equal(
                JobStages.Of(job).Select(s => (s.Step.ToString(), s.State.ToString(), s.At, s.By)),
                found["stages"]!.AsArray().Select(s => (s!["step"]!.GetValue<string>(), s["state"]!.GetValue<string>(), s["at"]?.GetValue<long>(), s["by"]?.GetValue<long>())));
            Assert.Equal(
                job.Seats.Select(s => s.Outcome == Outcome.Accept ? job.Price.ToString(CultureInfo.InvariantCulture) : null), found["seats"]!.AsArray().Select(s => s!["paid"]?.GetValue<string>()));
            Assert.Equal(job.PostedAt, found["events"]![0]!["time"]!.GetValue<long>());
            Assert.Equal((job.Check.Value, job.Spec.BundleBytes, job.Spec.OutputBytes), (found["executedAgainBps"]!.GetValue<int>(), found["bundleBytes"]!.GetValue<ulong>(), found["outputBytes"]!.GetValue<ulong>()));
            Assert.Equal(job.Dispute is null, found["dispute"] is null);
        }

        var final = await GetAsync("/api/v1/jobs?state=Final&count=200");
        Assert.Equal(_state.Jobs.Values.Count(j => j.State == JobState.Final), final["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Tells_a_dispute_step_by_step_as_its_page_does()
    {
        foreach (var job in _state.Jobs.Values.Where(j => j.Dispute is not null).Take(5))
        {
            var (tale, dispute) = (new DisputeTale(job, _state), (await GetAsync($"/api/v1/jobs/{job.Id}"))["dispute"]!);
            Assert.Equal(
                tale.Steps().Select(s => ((long)s.Block, s.Words, job.BlockTimes().TryGetValue(s.Block, out var time) ? time : (long?)null)),
                dispute["steps"]!.AsArray().Select(s => (s!["block"]!.GetValue<long>(), s["text"]!.GetValue<string>(), s["time"]?.GetValue<long>())));
            Assert.Equal(tale.Next(), dispute["next"]?.GetValue<string>());
            Assert.Equal(
                job.Dispute!.Points.Select(p => (p.Subject == DisputePoint.Verifier ? null : (int?)p.Subject, (long)p.Task, p.IsProven)),
                dispute["points"]!.AsArray().Select(p => (p!["seat"]?.GetValue<int>(), p["task"]!.GetValue<long>(), p["proven"]!.GetValue<bool>())));
        }

        Assert.Contains(_state.Jobs.Values, j => j.Dispute is not null);
    }

    [Fact]
    public async Task Gives_what_a_verdict_rests_on_once_its_verifier_serves_it()
    {
        var unjudged = _state.Jobs.Values.First(j => j.Evidence is null);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/jobs/{unjudged.Id}/evidence", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/api/v1/jobs/0x12/evidence", Stop)).StatusCode);
        var away = await _http.GetAsync($"/api/v1/jobs/{_state.Jobs.Values.First(j => j.Evidence is not null).Id}/evidence", Stop);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30)), (away.StatusCode, away.Headers.RetryAfter!.Delta));
        Assert.Null(away.Headers.ETag);
        Assert.Contains("does not serve the evidence", await away.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        await using var market = await RandomMarket.StartAsync(members: 0);
        using var provider = PrivateKey.Generate();
        using var verifier = PrivateKey.Generate();
        await market.JoinAsync(StakeRole.Provider, provider);
        await market.JoinAsync(StakeRole.Verifier, verifier);
        var spec = await market.PostAsync(8, 2000);
        await market.MustAsync(provider.Address, MarketCalls.Claim(spec, 0));
        await market.MustAsync(provider.Address, MarketCalls.Submit(spec, Keccak256.Hash([1]), Keccak256.Hash([2])));
        await market.Chain.MineAsync(3);
        var job = (await market.FoldAsync()).NewestJobs().First();
        var evidence = JobPageTests.EvidenceOf(market, job);
        await market.MustAsync(verifier.Address, MarketCalls.Verdict(spec, 1, 0, evidence.Digest().ToHash(), 0));
        await using var node = await JobPageTests.StartNodeAsync(market, verifier);
        node.Shelf.Publish(DocumentKind.Evidence, evidence.Digest(), evidence.ToBytes());
        var folder = Directory.CreateTempSubdirectory("market-evidence-").FullName;
        await using (var app = await ApiServer.StartAsync(market, folder))
        {
            var watch = app.Services.GetRequiredService<MarketWatch>();
            await watch.UntilAsync(() => Task.FromResult(watch.Peer), Stop);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            var answer = await http.GetAsync($"/api/v1/jobs/{job.Id}/evidence", Stop);
            var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.NotNull(answer.Headers.ETag);
            Assert.Equal((evidence.Digest().ToHash().ToString(), 2, 0, 0), (found["digest"]!.GetValue<string>(), found["verifier"]!.GetValue<int>(), found["reference"]!.GetValue<int>(), found["samples"]!.GetValue<int>()));
            var replica = Assert.Single(found["replicas"]!.AsArray())!;
            Assert.Equal(
                ("Accept", "Equal", "Its result has the same bits as the reference.", "It passed every sample.", "0.25"),
                (replica["outcome"]!.GetValue<string>(), replica["reason"]!.GetValue<string>(), replica["why"]!.GetValue<string>(), replica["detail"]!.GetValue<string>(), replica["shareOfTolerance"]!.GetValue<string>()));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Tells_how_far_nodes_are_with_what_they_execute_as_they_say_when_it_is_asked()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        using var key = PrivateKey.Generate();
        await market.JoinAsync(StakeRole.Provider, key);
        await using var provider = await JobPageTests.StartNodeAsync(market, key);
        var spec = await market.PostAsync(8, 2000);
        await market.MustAsync(key.Address, MarketCalls.Claim(spec, 0));
        var job = (await market.FoldAsync()).NewestJobs().First();
        var folder = Directory.CreateTempSubdirectory("market-progress-").FullName;
        await using (var app = await ApiServer.StartAsync(market, folder))
        {
            var watch = app.Services.GetRequiredService<MarketWatch>();
            await watch.UntilAsync(() => Task.FromResult(watch.Peer), Stop);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            Assert.Equal("""[{"seat":0,"provider":1,"done":null,"tasks":null}]""", await http.GetStringAsync($"/api/v1/jobs/{job.Id}/progress", Stop));
            using var running = provider.Shelf.Begin(job.Id, 8);
            running.Report(3);
            Assert.Equal("""[{"seat":0,"provider":1,"done":3,"tasks":8}]""", await http.GetStringAsync($"/api/v1/jobs/{job.Id}/progress", Stop));
            running.Report(4);
            var answer = await http.GetAsync($"/api/v1/jobs/{job.Id}/progress", Stop);
            Assert.Null(answer.Headers.ETag);
            Assert.Contains("\"done\":4", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
            Assert.Equal(0, app.Services.GetRequiredService<ProgressWatch>().Looked);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/v1/jobs/0x12/progress", Stop)).StatusCode);
            await market.MustAsync(key.Address, MarketCalls.Submit(spec, Hash256.Zero, Keccak256.Hash([1])));
            await watch.UntilAsync(() => Task.FromResult(watch.State is { } state && state.Job(job.Id)!.Seats[0].State != SeatState.Claimed ? state : null), Stop);
            Assert.Equal("[]", await http.GetStringAsync($"/api/v1/jobs/{job.Id}/progress", Stop));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b\nc", "\"a\"\"b\nc\"")]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData(-1, "-1")]
    [InlineData(0.5, "0.5")]
    [InlineData(true, "true")]
    [InlineData(JobState.Final, "Final")]
    [InlineData(null, "")]
    public void A_field_of_a_table_is_quoted_and_no_stranger_puts_a_formula_into_it(object? value, string field) => Assert.Equal(field, CsvList.Field(value));

    [Theory]
    [InlineData("providers", "id")]
    [InlineData("verifiers", "id")]
    [InlineData("models", "model")]
    public async Task Gives_each_list_as_a_table_for_spreadsheets(string list, string key)
    {
        var lines = await TableAsync($"/api/v1/{list}.csv");
        Assert.StartsWith(key + ",", lines[0], StringComparison.Ordinal);
        Assert.Equal((await GetAsync($"/api/v1/{list}?count=200"))["items"]!.AsArray().Select(i => i![key]!.ToString()), lines.Skip(1).Select(l => l.Split(',')[0]));
        Assert.All(lines, line => Assert.Equal(lines[0].Split(',').Length, Regex.Replace(line, "\"[^\"]*\"", "").Split(',').Length));
    }

    [Fact]
    public async Task Gives_hours_as_a_table_for_spreadsheets()
    {
        var now = (await GetAsync("/health"))["time"]!.GetValue<long>();
        var lines = await TableAsync($"/api/v1/hours.csv?from={now - 86_400}&until={now}");
        Assert.StartsWith("from,posted,judged", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            (await GetAsync($"/api/v1/hours?from={now - 86_400}&until={now}")).AsArray().Select(h => $"{h!["from"]},{h["posted"]},{h["judged"]},{h["disputed"]},{h["tasks"]},{h["executions"]},{h["volume"]}"),
            lines.Skip(1).Select(l => string.Join(',', l.Split(',').Take(7))));
        Assert.True(lines.Length > 1);
    }

    [Theory]
    [InlineData("/", "hours")]
    [InlineData("/?span=1%20year", "hours")]
    [InlineData("/jobs", "jobs")]
    [InlineData("/providers", "providers")]
    [InlineData("/verifiers", "verifiers")]
    public async Task Pages_with_lists_link_to_them_as_tables(string page, string list)
    {
        var html = await _http.GetStringAsync(page, Stop);
        var link = WebUtility.HtmlDecode(Regex.Match(html, $"href=\"(/api/v1/{list}\\.csv[^\"]*)\" download").Groups[1].Value);
        Assert.True((await TableAsync(link)).Length > 1, link);
    }

    [Fact]
    public async Task Gives_all_jobs_as_a_table_for_spreadsheets()
    {
        var lines = await TableAsync("/api/v1/jobs.csv");
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
        var leaving = _state.Stakes.Values.First(s => s.Unbonding > 0);
        Assert.Equal(leaving.UnbondingUntil, (await GetAsync($"/api/v1/stakes/{leaving.Id}"))["unbondingUntil"]!.GetValue<long>());
        var staying = _state.Stakes.Values.First(s => s.Unbonding == 0);
        Assert.Null((await GetAsync($"/api/v1/stakes/{staying.Id}"))["unbondingUntil"]);
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
    [InlineData("/api/v1/hours.csv?from=5&until=1", 400)]
    [InlineData("/api/v1/nothing", 404)]
    public async Task Answers_what_nobody_should_ask_with_a_fitting_code(string path, int code)
    {
        var answer = await _http.GetAsync(path, Stop);
        Assert.Equal((HttpStatusCode)code, answer.StatusCode);
        Assert.Equal(code >= 400 ? "application/problem+json" : answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentType?.MediaType);
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
    public async Task Says_that_something_happened_when_a_node_answers_and_to_those_alone_who_asked_for_nodes()
    {
        await using var another = await server.StartAnotherAsync();
        using var http = new HttpClient { BaseAddress = new Uri(another.Urls.First()) };
        await another.Services.GetRequiredService<ModelNames>().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        var nodes = another.Services.GetRequiredService<PeerAnswers>();
        await nodes.StopAsync(Stop);
        string stake = $"/api/v1/stakes/{_state.Stakes.Values.First(s => s is { Slashed: false, Amount: > 0 }).Id}", totals = "/api/v1/totals";
        var (known, others) = ((await http.GetAsync(stake, Stop)).Headers.ETag!, (await http.GetAsync(totals, Stop)).Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync(http, known, stake));
        var before = nodes.Edition;
        await nodes.StartAsync(Stop);
        Assert.True(SpinWait.SpinUntil(() => nodes.Edition != before, TimeSpan.FromSeconds(60)));
        Assert.Equal(HttpStatusCode.OK, await AskAgainAsync(http, known, stake));
        Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync(http, others, totals));
        Assert.Null((await http.GetAsync("/api/v1/stakes/999999", Stop)).Headers.ETag);
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
        var paths = described["paths"]!.AsObject();
        Assert.Superset(
            new HashSet<string>(["/api/v1/jobs/{id}", "/api/v1/jobs.csv", "/api/v1/models.csv", "/api/v1/providers.csv", "/api/v1/verifiers.csv", "/api/v1/hours.csv"]), paths.Select(p => p.Key).ToHashSet());
        Assert.Equal(["200", "404", "503"], paths["/api/v1/jobs/{id}/evidence"]!["get"]!["responses"]!.AsObject().Select(r => r.Key).Order());
        Assert.Superset(new HashSet<string>(["stages", "dispute"]), described["components"]!["schemas"]!["JobDetailView"]!["properties"]!.AsObject().Select(p => p.Key).ToHashSet());
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

    private async Task<string[]> TableAsync(string path)
    {
        var answer = await _http.GetAsync(path, Stop);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        return (await answer.Content.ReadAsStringAsync(Stop)).TrimEnd().Split(Environment.NewLine);
    }

    private Task<HttpStatusCode> AskAgainAsync(EntityTagHeaderValue known) => AskAgainAsync(_http, known, "/api/v1/totals");

    private static async Task<HttpStatusCode> AskAgainAsync(HttpClient http, EntityTagHeaderValue known, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { known } } };
        return (await http.SendAsync(request, Stop)).StatusCode;
    }
}
