using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.RateLimiting;

namespace Market.Web.Visitors;

/// <summary>How often one visitor may ask, and how many pages are live: of one visitor, and of all.</summary>
/// <remarks>A page is live while its WebSocket is open. Programs of this machine are bound by the sum alone.</remarks>
internal static class VisitorLimits
{
    private const string Socket = "/_blazor";
    private const string Text = "text/plain; charset=utf-8";
    private const int PagesASecond = 10;
    private const int PagesAtOnce = 300;
    private const int ShareOfOne = 20;
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    /// <summary>Bounds pages, and says in one sentence what was too much.</summary>
    /// <param name="options">The server's limits.</param>
    /// <param name="livePages">How many pages are live at most; of one visitor a twentieth of it.</param>
    public static void BoundPages(RateLimiterOptions options, int livePages)
    {
        var loads = Partition(http => !Visitor.IsHere(http) && (IsLive(http) || http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null), visitor => Bucket(visitor, PagesASecond, PagesAtOnce));
        var own = Partition(http => !Visitor.IsHere(http) && IsLive(http), visitor => AtOnce(visitor, Math.Max(1, livePages / ShareOfOne)));
        var all = Partition(IsLive, _ => AtOnce("all", livePages));
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(loads, own, all);
        options.OnRejected = async (rejected, stop) =>
        {
            var http = rejected.HttpContext;
            var (full, many) = (all.GetStatistics(http)?.CurrentAvailablePermits == 0, own.GetStatistics(http)?.CurrentAvailablePermits == 0);
            var answer = http.Response;
            answer.StatusCode = full ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
            answer.Headers.RetryAfter = Refill.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            answer.ContentType = Text;
            await answer.WriteAsync(
                full ? T["So many pages of this server are open that no more can be kept up to date. Load this one again later."]
                : many ? T["So many pages of this server are open at your address that no more are kept up to date. Close some, and load this one again."]
                : T["Your address asks more often than this server answers. Try again in a moment."],
                stop);
        };
    }

    /// <summary>Bounds how often one visitor may ask.</summary>
    public static void Bound(RateLimiterOptions options, string name, int aSecond, int atOnce) => options.AddPolicy(name, http => Bucket(Visitor.Of(http), aSecond, atOnce));

    /// <summary>Refuses what would keep a page live without a connection of its own, which nobody could count.</summary>
    public static void RequireSockets(WebApplication app)
    {
        app.UseWebSockets();
        app.Use((http, next) =>
        {
            if (!HttpMethods.IsGet(http.Request.Method) || !IsSocket(http) || http.WebSockets.IsWebSocketRequest)
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "websocket";
            http.Response.ContentType = Text;
            return http.Response.WriteAsync("Pages are kept up to date over WebSockets only.");
        });
    }

    private static bool IsSocket(HttpContext http) => http.Request.Path.StartsWithSegments(Socket, out var rest) && rest.Value is "" or "/";

    /// <summary>Whether a page comes to life: it asks for a connection first, and then makes it.</summary>
    private static bool IsLive(HttpContext http) => IsSocket(http) || http.Request.Path.Equals(Socket + "/negotiate", StringComparison.OrdinalIgnoreCase);

    private static PartitionedRateLimiter<HttpContext> Partition(Func<HttpContext, bool> bounds, Func<string, RateLimitPartition<string>> limit) =>
        PartitionedRateLimiter.Create<HttpContext, string>(http => bounds(http) ? limit(Visitor.Of(http)) : RateLimitPartition.GetNoLimiter(""));

    private static RateLimitPartition<string> Bucket(string visitor, int aSecond, int atOnce) => RateLimitPartition.GetTokenBucketLimiter(
        visitor, _ => new TokenBucketRateLimiterOptions { TokenLimit = atOnce, TokensPerPeriod = aSecond, ReplenishmentPeriod = Refill });

    private static RateLimitPartition<string> AtOnce(string whose, int most) => RateLimitPartition.GetConcurrencyLimiter(whose, _ => new ConcurrencyLimiterOptions { PermitLimit = most });
}
