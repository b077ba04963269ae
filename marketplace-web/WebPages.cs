using Market.Chain;
using Market.Web.Components;
using MudBlazor.Services;

namespace Market.Web;

/// <summary>Puts the web application together.</summary>
internal static class WebPages
{
    public static WebApplication Build(Deployment deployment, string urls)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets().UseUrls(urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A start that fails is told once, in one sentence, by whoever started it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(options => options.DisconnectedCircuitMaxRetained = 100);
        builder.Services.AddMudServices();
        builder.Services.AddSingleton(deployment);
        builder.Services.AddSingleton<MarketWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MarketWatch>());
        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapGet("/health", (MarketWatch watch) => Results.Json(
            new { block = watch.State?.Block, time = watch.State?.Time, trouble = watch.Trouble }, statusCode: watch.State is null || watch.Trouble is not null ? 503 : 200));
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
