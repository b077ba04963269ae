using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Market.Web.Components.Pages;
using Market.Web.Uploads;
using Market.Web.Visitors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Market.Web.Tests;

/// <summary>Whom a real server takes its visitors for, behind a proxy and without, and how much each may ask. Its chain does not answer.</summary>
public sealed class VisitorTests : IAsyncDisposable
{
    private const string Somebody = "203.0.113.5";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<ClientWebSocket> _sockets = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private WebApplication? _app;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    private Uri Address => new(_app!.Urls.First());

    public async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _http.Dispose();
        await (_app?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8,10.1.0.0/16")]
    public void What_is_no_address_or_network_names_no_proxy(string text) => Assert.Null(VisitorOptions.Network(text));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1/32")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    public void A_proxy_is_named_by_its_address_or_its_network(string text, string network) => Assert.Equal(network, VisitorOptions.Network(text).ToString());

    [Theory]
    [InlineData("203.0.113.5", "203.0.113.5")]
    [InlineData("::ffff:203.0.113.5", "203.0.113.5")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::9", "2001:db8:1:2::/64")]
    public void All_addresses_of_one_line_are_one_visitor(string address, string visitor) => Assert.Equal(visitor, Visitor.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData(null, null)]
    [InlineData("192.0.2.7", null)]
    [InlineData("127.0.0.1", Somebody)]
    [InlineData("127.0.0.0/8", Somebody)]
    public async Task What_a_proxy_says_of_a_visitor_is_believed_if_it_is_trusted_and_of_nobody_else(string? proxy, string? seen)
    {
        await StartAsync(new VisitorOptions { Proxies = proxy is null ? [] : [VisitorOptions.Network(proxy)!.Value] });
        var session = _app!.Services.GetRequiredService<UploadStore>().Begin([".npy"]);
        using var upload = Ask(HttpMethod.Post, $"/uploads/{session.Token}", $"198.51.100.1, {Somebody}");
        upload.Headers.Add("Origin", "https://market.example");
        upload.Content = JsonContent.Create(new { name = "a.npy", bytes = 10 });
        Assert.Equal(seen is null ? HttpStatusCode.Forbidden : HttpStatusCode.OK, (await _http.SendAsync(upload, Stop)).StatusCode);
        Assert.Equal(seen, session.Files.SingleOrDefault()?.Address);

        var page = await _http.SendAsync(Ask(HttpMethod.Get, "/status", Somebody), Stop);
        Assert.Equal(seen is not null, page.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal(seen is not null, Assert.Single(page.Headers.GetValues("Set-Cookie")).Contains("; secure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Limits_count_each_visitor_of_a_trusted_proxy_alone()
    {
        await StartAsync(new VisitorOptions { Proxies = [VisitorOptions.Network("127.0.0.1")!.Value] });
        Assert.Contains(HttpStatusCode.TooManyRequests, await DownloadAsync(_ => Somebody));
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, await DownloadAsync(i => $"198.51.100.{i}"));
    }

    [Fact]
    public async Task Whoever_writes_the_headers_of_a_proxy_without_being_one_stays_one_visitor()
    {
        await StartAsync(new VisitorOptions());
        Assert.Contains(HttpStatusCode.TooManyRequests, await DownloadAsync(i => $"198.51.100.{i}"));
    }

    [Fact]
    public async Task Live_pages_are_bounded_by_visitor_and_in_all_and_whoever_is_refused_reads_why()
    {
        await StartAsync(new VisitorOptions { Proxies = [VisitorOptions.Network("127.0.0.1")!.Value], LivePages = 4 });
        var first = await OpenAsync(Somebody);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, first.HttpStatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await OpenAsync(Somebody)).HttpStatusCode);
        Assert.Contains("open at your address", await RefusalAsync(Somebody, HttpStatusCode.TooManyRequests), StringComparison.Ordinal);

        // Programs of this machine, such as the benchmark, share only the sum.
        foreach (var other in (string?[])["198.51.100.1", null, null])
        {
            Assert.Equal(HttpStatusCode.SwitchingProtocols, (await OpenAsync(other)).HttpStatusCode);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await OpenAsync("198.51.100.2")).HttpStatusCode);
        Assert.Contains("again later", await RefusalAsync("198.51.100.2", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);

        first.Abort();
        using var limit = new CancellationTokenSource(Patience);
        while ((await OpenAsync("198.51.100.2")).HttpStatusCode != HttpStatusCode.SwitchingProtocols)
        {
            Assert.False(limit.IsCancellationRequested, "A page that is closed makes room for no other.");
        }
    }

    [Fact]
    public async Task A_page_is_live_over_a_connection_of_its_own_only_which_can_be_counted()
    {
        await StartAsync(new VisitorOptions());
        foreach (var (path, accepts) in ((string, string)[])[("/_blazor?id=x", "*/*"), ("/_BLAZOR/?id=x", "text/event-stream")])
        {
            using var poll = Ask(HttpMethod.Get, path, null);
            poll.Headers.Add("Accept", accepts);
            poll.Headers.Add("Upgrade", "websocket");
            Assert.Equal(HttpStatusCode.UpgradeRequired, (await _http.SendAsync(poll, Stop)).StatusCode);
        }
    }

    [Theory]
    [InlineData(Somebody, 300, 400)]
    [InlineData("127.0.0.1", 1000, 1000)]
    public void Opening_pages_is_bounded_by_visitor_but_not_for_programs_of_this_machine(string address, int least, int most)
    {
        var limits = new RateLimiterOptions();
        VisitorLimits.BoundPages(limits, 100);
        var page = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        page.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new ComponentTypeMetadata(typeof(Status))), null));
        Assert.InRange(Enumerable.Range(0, 1000).Count(_ => limits.GlobalLimiter!.AttemptAcquire(page).IsAcquired), least, most);
    }

    [Fact]
    public async Task Whoever_opens_pages_too_often_reads_so_and_nobody_else_is_held_up()
    {
        await StartAsync(new VisitorOptions { Proxies = [VisitorOptions.Network("127.0.0.1")!.Value], LivePages = 1_000_000 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => _http.SendAsync(Ask(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", Somebody), Stop)));
        Assert.Contains(answers, a => a.IsSuccessStatusCode);
        var refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal("Your address asks more often than this server answers. Try again in a moment.", await refused.Content.ReadAsStringAsync(Stop));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await _http.SendAsync(Ask(HttpMethod.Get, "/status", "198.51.100.1"), Stop)).StatusCode);
    }

    private async Task StartAsync(VisitorOptions visitors)
    {
        var nowhere = new Chain.Deployment(1, default, default, 0, 1, new Uri("http://127.0.0.1:9"));
        _app = WebPages.Build(nowhere, new(nowhere), PageTests.NewIndex(), PageTests.NewHost(), "http://127.0.0.1:0", visitors);
        await _app.StartAsync(Stop);
    }

    /// <summary>Asks as a proxy does for somebody who came by https.</summary>
    private HttpRequestMessage Ask(HttpMethod method, string path, string? visitor)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path)) { Headers = { Host = "market.example" } };
        if (visitor is not null)
        {
            request.Headers.Add("X-Forwarded-For", visitor);
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        return request;
    }

    /// <summary>Asks for outputs twice as often as one visitor may at once.</summary>
    private async Task<IEnumerable<HttpStatusCode>> DownloadAsync(Func<int, string> visitor) =>
        (await Task.WhenAll(Enumerable.Range(0, 40).Select(i => _http.SendAsync(Ask(HttpMethod.Get, "/jobs/0x12/outputs.zip", visitor(i)), Stop)))).Select(answer => answer.StatusCode);

    private async Task<ClientWebSocket> OpenAsync(string? visitor)
    {
        var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        _sockets.Add(socket);
        if (visitor is not null)
        {
            socket.Options.SetRequestHeader("X-Forwarded-For", visitor);
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(Address, "/_blazor")) { Scheme = "ws" }.Uri, Stop);
        }
        catch (WebSocketException)
        {
            // Its status says why.
        }

        return socket;
    }

    private async Task<string> RefusalAsync(string visitor, HttpStatusCode status)
    {
        var answer = await _http.SendAsync(Ask(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", visitor), Stop);
        Assert.Equal((status, "text/plain"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        return await answer.Content.ReadAsStringAsync(Stop);
    }
}
