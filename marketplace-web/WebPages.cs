using System.Text.Json.Serialization;
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
using Market.Web.Visitors;
using Market.Web.Wallets;

namespace Market.Web;

/// <summary>Puts the web application together.</summary>
internal static class WebPages
{
    public static WebApplication Build(Deployment deployment, PublicDeployment shown, IndexStore store, JobHost host, string urls, VisitorOptions? visitors = null)
    {
        visitors ??= new VisitorOptions();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets().UseUrls(urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A start that fails is told once, in one sentence, by whoever started it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        AddServices(builder.Services, deployment, shown, store, host);
        AddPages(builder.Services, visitors.KeptFor);
        AddLimits(builder.Services, visitors);
        var app = builder.Build();
        ForwardedBy.Use(app, visitors.Proxies);
        app.UseMiddleware<SecurityHeaders>();
        LanguageChoice.Use(app);
        app.UseStatusCodePagesWithReExecute("/not-found");
        // Programs read no page.
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal),
            api => api.UseStatusCodePages(answer => TypedResults.Problem(statusCode: answer.HttpContext.Response.StatusCode).ExecuteAsync(answer.HttpContext)));
        VisitorLimits.RequireSockets(app);
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
        app.MapGet("/deployment.json", (PublicDeployment shown) => Results.Bytes(shown.File.ToJson(), "application/json")).ExcludeFromDescription();
        app.MapGet("/health", HealthAsync).ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static void AddServices(IServiceCollection services, Deployment deployment, PublicDeployment shown, IndexStore store, JobHost host)
    {
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddOpenApi("v1");
        services.AddSingleton(deployment);
        services.AddSingleton(shown);
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
        // As the language's: of https only, once somebody comes by it.
        services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
    }

    /// <param name="services">Get the pages.</param>
    /// <param name="kept">How long a page whose line broke is kept.</param>
    private static void AddPages(IServiceCollection services, TimeSpan kept) => services.AddRazorComponents().AddInteractiveServerComponents(
        options => (options.DisconnectedCircuitMaxRetained, options.DisconnectedCircuitRetentionPeriod) = (100, kept));

    private static void AddLimits(IServiceCollection services, VisitorOptions visitors) => services.AddRateLimiter(options =>
    {
        VisitorLimits.BoundPages(options, visitors.LivePages);
        VisitorLimits.Bound(options, MarketApi.Limit, 20, 100);
        VisitorLimits.Bound(options, UploadApi.Limit, 50, 500);
        VisitorLimits.Bound(options, OutputApi.Limit, 1, 20);
        VisitorLimits.Bound(options, DevnetApi.Limit, 20, 100);
        VisitorLimits.Bound(options, DevnetApi.MoneyLimit, 1, 10);
        VisitorLimits.Bound(options, PictureApi.Limit, 20, 200);
    });

    private static void AddBuying(IServiceCollection services, JobHost host)
    {
        services.AddSingleton(AppModels.Find());
        services.AddSingleton(PdfScripts.Find());
        services.AddSingleton(new UploadStore(host.Uploads, new UploadLimits(), host.Keeps, TimeProvider.System));
        services.AddHostedService(provider => provider.GetRequiredService<UploadStore>());
        services.AddSingleton<OutputShelf>();
        services.AddSingleton<JobOffice>();
    }

    /// <summary>Whether the pages are whole and up to date, for whoever watches the server.</summary>
    private static async Task<IResult> HealthAsync(MarketWatch watch, CancellationToken stop)
    {
        var state = watch.State;
        var index = await watch.ProgressAsync(stop);
        return Results.Json(
            new { block = state?.Block, time = state?.Time, indexedBlock = index?.Indexed, firstBlock = watch.Deployment.Block, head = index?.Head, behind = index?.Behind, writes = watch.Writes, trouble = watch.Trouble },
            statusCode: index is { IsComplete: true } && watch.Trouble is null ? 200 : 503);
    }
}
