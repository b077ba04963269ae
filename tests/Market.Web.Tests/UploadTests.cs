using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Market.Web.Uploads;

namespace Market.Web.Tests;

/// <summary>Files on their way to a real server, from people and from those who mean it harm.</summary>
public sealed class UploadTests(ApiServer server) : IClassFixture<ApiServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-uploads-").FullName;
    private readonly HttpClient _http = server.Http;
    private readonly UploadSession _session = server.Service<UploadStore>().Begin([".npy", ".onnx"]);

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("empty.npy", 0, HttpStatusCode.BadRequest, "empty")]
    [InlineData("less.npy", -5, HttpStatusCode.BadRequest, "empty")]
    [InlineData("huge.npy", 5L << 30, HttpStatusCode.RequestEntityTooLarge, "5368709120 bytes, expected at most 1073741824")]
    [InlineData("endless.npy", long.MaxValue, HttpStatusCode.RequestEntityTooLarge, "expected at most")]
    [InlineData("program.exe", 10, HttpStatusCode.UnsupportedMediaType, "'.exe' are not taken here, expected .npy, .onnx")]
    [InlineData("", 10, HttpStatusCode.UnsupportedMediaType, "are not taken here")]
    public async Task A_file_that_is_not_taken_is_refused_before_its_bytes_and_its_owner_sees_why(string name, long bytes, HttpStatusCode status, string why)
    {
        var answer = await AnnounceAsync(name, bytes);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(why, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(why, Assert.Single(_session.Refusals).Why, StringComparison.Ordinal);
        Assert.Empty(_session.Files);
    }

    [Theory]
    [InlineData("../../../../etc/passwd.npy")]
    [InlineData("/etc/cron.d/evil.npy")]
    [InlineData("..\\..\\evil.npy")]
    [InlineData("<script>alert(1)</script>.npy")]
    [InlineData("a\u0000b\n.npy")]
    public async Task A_name_is_kept_for_people_and_never_becomes_a_path(string name)
    {
        var file = await AnnouncedAsync(name, 3);
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(file, 0, [1, 2, 3])).StatusCode);
        var found = Assert.Single(_session.Files);
        Assert.DoesNotContain(found.Name, char.IsControl);
        Assert.Equal("0", Path.GetFileName(found.Path));
        Assert.Equal(_session.Token, Path.GetFileName(Path.GetDirectoryName(found.Path)));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(found.Path, Stop));
    }

    [Fact]
    public async Task A_file_comes_in_parts_and_goes_on_where_it_stopped()
    {
        var bytes = Enumerable.Range(0, 300_000).Select(i => (byte)i).ToArray();
        var file = await AnnouncedAsync("a.npy", bytes.Length);
        Assert.Equal("100000", Offset(await PutAsync(file, 0, bytes[..100_000])));

        var again = await PutAsync(file, 0, bytes[..100_000]);
        Assert.Equal((HttpStatusCode.Conflict, "100000"), (again.StatusCode, Offset(again)));
        var ahead = await PutAsync(file, 200_000, bytes[200_000..]);
        Assert.Equal((HttpStatusCode.Conflict, "100000"), (ahead.StatusCode, Offset(ahead)));
        Assert.Equal(file, await AnnouncedAsync("a.npy", bytes.Length));
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/uploads/{_session.Token}/{file}");
        Assert.Equal("100000", Offset(await _http.SendAsync(head, Stop)));
        Assert.False(_session.IsWhole);

        Assert.Equal("300000", Offset(await PutAsync(file, 100_000, bytes[100_000..])));
        Assert.True(_session.IsWhole);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_session.Files[0].Path, Stop));
    }

    [Fact]
    public async Task More_bytes_than_announced_or_than_a_part_may_have_are_not_stored()
    {
        var file = await AnnouncedAsync("a.npy", 10);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync(file, 0, new byte[11])).StatusCode);
        Assert.Equal(0, _session.Find(file)!.Received);
        var large = await AnnouncedAsync("b.npy", UploadLimits.PartBytes * 2);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync(large, 0, new byte[UploadLimits.PartBytes + 1])).StatusCode);
        Assert.Equal(0, _session.Find(large)!.Received);
    }

    [Fact]
    public async Task A_part_of_a_file_that_its_owner_removed_is_told_from_one_of_a_purchase_that_is_gone()
    {
        var file = await AnnouncedAsync("a.npy", 10);
        _session.Remove(file);
        Assert.Equal(HttpStatusCode.Gone, (await PutAsync(file, 0, [1])).StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/uploads/{_session.Token}/{file}");
        Assert.Equal(HttpStatusCode.Gone, (await _http.SendAsync(head, Stop)).StatusCode);
    }

    [Fact]
    public async Task Why_a_file_was_refused_is_forgotten_once_it_is_taken_or_removed()
    {
        await AnnounceAsync("a.npy", 0);
        await AnnounceAsync("b.npy", 0);
        var file = await AnnouncedAsync("a.npy", 10);
        Assert.Equal("b.npy", Assert.Single(_session.Refusals).Name);
        _session.Refuse("a.npy", "It broke off.");
        _session.Remove(file);
        Assert.Equal("b.npy", Assert.Single(_session.Refusals).Name);
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData(null, null)]
    [InlineData("own", "cross-site")]
    [InlineData("null", null)]
    public async Task Other_sites_pages_may_send_nothing(string? origin, string? site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/uploads/{_session.Token}") { Content = JsonContent.Create(new { name = "a.npy", bytes = 10 }) };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? Origin : origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await _http.SendAsync(request, Stop)).StatusCode);
        Assert.Empty(_session.Files);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("x")]
    public async Task Who_does_not_know_the_token_finds_nothing(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/uploads/{token}") { Content = JsonContent.Create(new { name = "a.npy", bytes = 10 }), Headers = { { "Origin", Origin } } };
        Assert.Equal(HttpStatusCode.NotFound, (await _http.SendAsync(request, Stop)).StatusCode);
        using var put = new HttpRequestMessage(HttpMethod.Put, $"/uploads/{token}/0?offset=0") { Content = new ByteArrayContent([1]), Headers = { { "Origin", Origin } } };
        Assert.Equal(HttpStatusCode.NotFound, (await _http.SendAsync(put, Stop)).StatusCode);
    }

    [Fact]
    public void Files_and_bytes_are_bounded_by_session_by_address_and_in_all()
    {
        var limits = new UploadLimits { Files = 2, SessionBytes = 100, AddressBytes = 150, TotalBytes = 200, Sessions = 3 };
        using var store = new UploadStore(_folder, limits, _ => false, TimeProvider.System);
        var (first, second, third) = (store.Begin([".npy"]), store.Begin([".npy"]), store.Begin([".npy"]));
        store.Announce(first, "a.npy", 40, "1.1.1.1");
        Refuses("With this file there would be 101 bytes, expected at most 100", () => store.Announce(first, "b.npy", 61, "1.1.1.1"));
        store.Announce(first, "b.npy", 60, "1.1.1.1");
        Refuses("There are 2 files already", () => store.Announce(first, "c.npy", 1, "1.1.1.1"));
        Refuses("Your address would have 151 bytes here, expected at most 150", () => store.Announce(second, "a.npy", 51, "1.1.1.1"));
        store.Announce(second, "a.npy", 51, "2.2.2.2");
        Refuses("no room for more", () => store.Announce(third, "a.npy", 60, "3.3.3.3"));
        store.Begin([".npy"]);
        Assert.Null(store.Find(first.Token));
        store.Announce(third, "a.npy", 60, "3.3.3.3");
    }

    [Fact]
    public void Whoever_begins_many_purchases_ends_only_their_own_after_a_restart_too()
    {
        var limits = new UploadLimits { Sessions = 4 };
        using var before = new UploadStore(_folder, limits, _ => false, TimeProvider.System);
        var (first, second) = (before.Begin([".npy"], "1.1.1.1"), before.Begin([".npy"], "2.2.2.2"));
        var many = Enumerable.Range(0, 10).Select(_ => before.Begin([".npy"], "3.3.3.3")).ToList();
        Assert.Equal((first, second), (before.Find(first.Token), before.Find(second.Token)));
        Assert.Equal(many[^2..], many.Where(s => before.Find(s.Token) is not null));
        first.Save();
        many[^1].Save();

        using var after = new UploadStore(_folder, limits, _ => false, TimeProvider.System);
        var last = Enumerable.Range(0, 10).Select(_ => after.Begin([".npy"], "3.3.3.3")).ToList()[^1];
        Assert.Equal("1.1.1.1", after.Find(first.Token)!.Visitor);
        Assert.Null(after.Find(many[^1].Token));
        Assert.NotNull(after.Find(last.Token));
    }

    [Fact]
    public void What_nobody_uses_goes_and_its_files_with_it_unless_a_job_needs_them()
    {
        var time = new ManualClock();
        string? kept = null;
        using var store = new UploadStore(_folder, new UploadLimits(), token => token == kept, time);
        var (unused, used, needed) = (store.Begin([".npy"]), store.Begin([".npy"]), store.Begin([".npy"]));
        foreach (var session in (UploadSession[])[unused, used, needed])
        {
            File.WriteAllBytes(store.Announce(session, "a.npy", 1, "").Path, [1]);
        }

        kept = needed.Token;
        time.Advance(TimeSpan.FromHours(1.5));
        Assert.NotNull(store.Find(used.Token));
        time.Advance(TimeSpan.FromHours(1));
        store.EndUnused();
        Assert.Null(store.Find(unused.Token));
        Assert.NotNull(store.Find(used.Token));
        Assert.Null(store.Find(needed.Token));
        Assert.False(Directory.Exists(Path.Combine(_folder, unused.Token)));
        Assert.True(File.Exists(Path.Combine(_folder, needed.Token, "0")));
        var again = store.Restore(needed.Token, [".npy"], new Dictionary<int, string> { [0] = "a.npy", [1] = "gone.npy" });
        Assert.Equal("a.npy", Assert.Single(again.Files).Name);
        Assert.True(again.IsWhole);
    }

    [Fact]
    public async Task A_purchase_is_found_again_by_the_next_process_unless_it_is_old_or_damaged()
    {
        var before = new UploadStore(_folder, new UploadLimits(), _ => false, TimeProvider.System);
        var (used, old, damaged) = (before.Begin([".npy"]), before.Begin([".npy"]), before.Begin([".npy"]));
        var half = before.Announce(used, "<half>.npy", 10, "1.1.1.1");
        await before.AppendAsync(used, half, 0, new MemoryStream([1, 2, 3]), Stop);
        (used.Purchase.Settings["side"], used.Purchase.Draft.Reward) = ("960", "0.75");
        used.Purchase.Offer("0xbundle", "0xjob");
        used.Save();
        old.Save();
        damaged.Save();
        File.SetLastWriteTimeUtc(Path.Combine(_folder, old.Token, "purchase.json"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-3));
        await File.WriteAllTextAsync(Path.Combine(_folder, damaged.Token, "purchase.json"), "{", Stop);

        using var after = new UploadStore(_folder, new UploadLimits(), _ => false, TimeProvider.System);
        Assert.Null(after.Find(old.Token));
        Assert.Null(after.Find(damaged.Token));
        var found = after.Find(used.Token)!;
        Assert.Equal((0, "<half>.npy", 10L, 3L, "1.1.1.1"), Assert.Single(found.Files) is var file ? (file.Number, file.Name, file.Bytes, file.Received, file.Address) : default);
        Assert.Equal(("960", "0.75"), (found.Purchase.Settings["side"], found.Purchase.Draft.Reward));
        Assert.Equal(new Purchases.OfferedJob("0xbundle", "0xjob"), Assert.Single(found.Purchase.Offered));
        Assert.True(await after.AppendAsync(found, found.Files[0], 3, new MemoryStream([4, 5, 6, 7, 8, 9, 10]), Stop));
        Refuses("are not taken here, expected .npy", () => after.Announce(found, "a.exe", 1, ""));
        Assert.Equal(1, after.Announce(found, "b.npy", 1, "").Number);
        before.Dispose();
    }

    [Fact]
    public async Task A_download_of_a_job_that_is_not_there_or_not_judged_says_so()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/jobs/0x12/outputs.zip", Stop)).StatusCode);
        var open = server.State.Jobs.Values.First(j => !j.IsJudged);
        var answer = await _http.GetAsync($"/jobs/{open.Id}/outputs.zip", Stop);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("there is no result", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private string Origin => _http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private static void Refuses(string why, Func<UploadedFile> announce) => Assert.Contains(why, Assert.Throws<UploadRefusedException>(announce).Message, StringComparison.Ordinal);

    private static string Offset(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Upload-Offset"));

    private async Task<HttpResponseMessage> AnnounceAsync(string name, long bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/uploads/{_session.Token}") { Content = JsonContent.Create(new { name, bytes }), Headers = { { "Origin", Origin } } };
        return await _http.SendAsync(request, Stop);
    }

    private async Task<int> AnnouncedAsync(string name, long bytes)
    {
        var answer = await AnnounceAsync(name, bytes);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!["file"]!.GetValue<int>();
    }

    private async Task<HttpResponseMessage> PutAsync(int file, long offset, byte[] part)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/uploads/{_session.Token}/{file}?offset={offset}") { Content = new ByteArrayContent(part), Headers = { { "Origin", Origin } } };
        request.Headers.ExpectContinue = true; // a part that is refused for its size is not sent into a connection that ends
        return await _http.SendAsync(request, Stop);
    }
}
