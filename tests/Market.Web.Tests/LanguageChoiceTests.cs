using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Market.Web.Tests;

/// <summary>Which language a real server answers in.</summary>
public sealed partial class LanguageChoiceTests(ApiServer server) : IClassFixture<ApiServer>, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Http.BaseAddress };

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(null, null, "en")]
    [InlineData("fr", null, "en")]
    [InlineData("de", null, "de")]
    [InlineData("de-AT", null, "de")]
    [InlineData("de-AT,de;q=0.9,en;q=0.5", null, "de")]
    [InlineData("fr,en;q=0.8,de;q=0.7", null, "en")]
    [InlineData("xx-nonsense-very-long, ;;;q=9", null, "en")]
    [InlineData("de", "c=en|uic=en", "en")]
    [InlineData("en", "c=de|uic=de", "de")]
    [InlineData("de", "c=xx|uic=xx", "de")]
    [InlineData("de", "nonsense", "de")]
    public async Task A_page_comes_in_the_chosen_language_else_in_that_of_the_browser_and_no_cache_mixes_them(string? asks, string? cookie, string language)
    {
        var answer = await GetAsync("/status", asks, cookie);
        var html = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Contains($"<html lang=\"{language}\">", html, StringComparison.Ordinal);
        Assert.Contains(language == "de" ? "Neuester gelesener Block" : "Newest block read", html, StringComparison.Ordinal);
        Assert.Equal(language, Assert.Single(answer.Content.Headers.ContentLanguage));
        Assert.Superset(new HashSet<string>(["Accept-Language", "Cookie"]), answer.Headers.Vary.ToHashSet());
        Assert.Equal(language, Current().Match(html).Groups[1].Value);
    }

    [Fact]
    public async Task Programs_get_the_same_whatever_they_speak()
    {
        foreach (var path in (string[])["/api/v1/jobs.csv", "/api/v1/jobs", "/api/v1/totals", "/api/v1/jobs?cursor=nonsense", "/api/v1/providers.csv", $"/api/v1/jobs/{server.State.Jobs.Values.First(j => j.Dispute is not null).Id}"])
        {
            var german = await (await GetAsync(path, "de", "c=de|uic=de")).Content.ReadAsStringAsync(Stop);
            Assert.Equal(await (await GetAsync(path, "en", null)).Content.ReadAsStringAsync(Stop), german);
        }
    }

    [Theory]
    [InlineData("/jobs?state=Final", HttpStatusCode.Found)]
    [InlineData("https://evil.example/", HttpStatusCode.BadRequest)]
    [InlineData("//evil.example/", HttpStatusCode.BadRequest)]
    [InlineData("/\\evil.example/", HttpStatusCode.BadRequest)]
    [InlineData("javascript:alert(1)", HttpStatusCode.BadRequest)]
    [InlineData("jobs", HttpStatusCode.BadRequest)]
    [InlineData("/jobs\r\nX: y", HttpStatusCode.BadRequest)]
    public async Task A_choice_leads_back_to_a_page_of_this_site_and_nowhere_else(string back, HttpStatusCode status)
    {
        var (token, cookie) = await FormAsync();
        var answer = await ChooseAsync(token, cookie, "de", back);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Found ? back : null, answer.Headers.Location?.OriginalString);
        var kept = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.SingleOrDefault(c => c.StartsWith("language=", StringComparison.Ordinal)) : null;
        Assert.Equal(status == HttpStatusCode.Found, kept is not null);
        if (kept is not null)
        {
            Assert.Contains("samesite=lax", kept, StringComparison.Ordinal);
            Assert.Contains("httponly", kept, StringComparison.Ordinal);
            var html = await (await GetAsync(back, "en", kept.Split(';')[0]["language=".Length..])).Content.ReadAsStringAsync(Stop);
            Assert.Contains("<html lang=\"de\">", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_sites_choose_nothing_and_nobody_a_language_that_there_is_not()
    {
        var (token, cookie) = await FormAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await ChooseAsync(token, cookie, "xx", "/")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ChooseAsync("", cookie, "de", "/")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ChooseAsync(token, "other=1", "de", "/")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ChooseAsync(token + "x", cookie, "de", "/")).StatusCode);
    }

    [Fact]
    public async Task An_upload_is_refused_in_the_language_of_whoever_sends_it()
    {
        var session = server.Service<Uploads.UploadStore>().Begin([".npy"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/uploads/{session.Token}") { Content = System.Net.Http.Json.JsonContent.Create(new { name = "a.npy", bytes = 0 }) };
        request.Headers.Add("Origin", _http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Accept-Language", "de");
        var answer = JsonNode.Parse(await (await _http.SendAsync(request, Stop)).Content.ReadAsStringAsync(Stop))!;
        Assert.Equal("Die Datei ist leer.", answer["detail"]!.GetValue<string>());
        Assert.Equal("Die Datei ist leer.", Assert.Single(session.Refusals).Why);
    }

    [GeneratedRegex("value=\"(\\w\\w)\"[^>]* aria-current=\"true\"")]
    private static partial Regex Current();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    private async Task<HttpResponseMessage> GetAsync(string path, string? asks, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (asks is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", asks);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", "language=" + cookie);
        }

        return await _http.SendAsync(request, Stop);
    }

    /// <summary>What a browser has after it opened a page.</summary>
    private async Task<(string Token, string Cookie)> FormAsync()
    {
        var answer = await GetAsync("/status", null, null);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.Contains("Antiforgery", StringComparison.Ordinal)).Split(';')[0];
        return (Token().Match(await answer.Content.ReadAsStringAsync(Stop)).Groups[1].Value, cookie);
    }

    private async Task<HttpResponseMessage> ChooseAsync(string token, string cookie, string language, string back)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/language")
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("language", language), new("back", back)]),
        };
        request.Headers.Add("Cookie", cookie);
        return await _http.SendAsync(request, Stop);
    }
}
