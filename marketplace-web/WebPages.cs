using System.Globalization;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Market.Chain;
using Market.Index.Storage;
using Market.Web.Api;
using Market.Web.Components;
using Market.Web.Devnets;
using Market.Web.Hosting;
using Market.Web.Languages;
using Market.Web.Outputs;
using Market.Web.Purchases;
using Market.Web.Uploads;
using Market.Web.Wallets;
using Microsoft.AspNetCore.RateLimiting;

namespace Market.Web;

/// <summary>Puts the web application together.</summary>
internal static class WebPages
{
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    public static WebApplication Build(Deployment deployment, IndexStore store, JobHost host, string urls)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets().UseUrls(urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A start that fails is told once, in one sentence, by whoever started it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        AddServices(builder.Services, deployment, store, host);
        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        LanguageChoice.Use(app);
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapOpenApi();
        MarketApi.Map(app);
        UploadApi.Map(app);
        OutputApi.Map(app);
        LanguageChoice.Map(app);
        DevnetApi.Map(app);
        PictureApi.Map(app);
        PdfScripts.Map(app);
        app.MapGet("/health", HealthAsync).ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static void AddServices(IServiceCollection services, Deployment deployment, IndexStore store, JobHost host)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(options => options.DisconnectedCircuitMaxRetained = 100);
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddOpenApi("v1");
        services.AddSingleton(deployment);
        services.AddSingleton(store);
        services.AddSingleton(host);
        services.AddSingleton<MarketWatch>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<PeerAnswers>();
        services.AddSingleton<ProgressWatch>();
        services.AddSingleton<EvidenceAnswers>();
        services.AddSingleton<ModelNames>();
        services.AddSingleton<MarketSearch>();
        AddBuying(services, host);
        services.AddScoped<WalletSession>();
        services.AddHostedService(provider => provider.GetRequiredService<MarketWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<PeerAnswers>());
        services.AddHostedService(provider => provider.GetRequiredService<ModelNames>());
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = Refill.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            Bound(options, MarketApi.Limit, 20, 100);
            Bound(options, UploadApi.Limit, 50, 500);
            Bound(options, OutputApi.Limit, 1, 20);
            Bound(options, DevnetApi.Limit, 20, 100);
            Bound(options, DevnetApi.MoneyLimit, 1, 10);
            Bound(options, PictureApi.Limit, 20, 200);
        });
    }

    private static void AddBuying(IServiceCollection services, JobHost host)
    {
        services.AddSingleton(AppModels.Find());
        services.AddSingleton(PdfScripts.Find());
        services.AddSingleton(new UploadStore(host.Uploads, new UploadLimits(), host.Keeps, TimeProvider.System));
        services.AddHostedService(provider => provider.GetRequiredService<UploadStore>());
        services.AddSingleton<OutputShelf>();
        services.AddSingleton<JobOffice>();
    }

    /// <summary>Bounds how often one address may ask.</summary>
    private static void Bound(RateLimiterOptions options, string name, int aSecond, int atOnce) => options.AddPolicy(name, http => RateLimitPartition.GetTokenBucketLimiter(
        http.Connection.RemoteIpAddress?.ToString() ?? "",
        _ => new TokenBucketRateLimiterOptions { TokenLimit = atOnce, TokensPerPeriod = aSecond, ReplenishmentPeriod = Refill }));

    /// <summary>Whether the pages are up to date, for whoever watches the server.</summary>
    private static async Task<IResult> HealthAsync(MarketWatch watch, CancellationToken stop)
    {
        var state = watch.State;
        var index = state is null ? null : await watch.Index.PositionAsync(stop);
        return Results.Json(
            new { block = state?.Block, time = state?.Time, indexedBlock = index?.Block, writes = watch.Writes, trouble = watch.Trouble },
            statusCode: state is null || watch.Trouble is not null ? 503 : 200);
    }
}
