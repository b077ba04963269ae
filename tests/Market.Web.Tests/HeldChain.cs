using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Market.Web.Tests;

/// <summary>The endpoint of a chain that tells the logs of a market's first blocks, and of later ones only when it is let go on.</summary>
internal sealed class HeldChain : IAsyncDisposable
{
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _chain = new();
    private readonly WebApplication _app;

    private HeldChain(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<HeldChain> StartAsync(Uri chain, ulong firstBlock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var held = new HeldChain(app);
        app.MapPost("/", (HttpContext http) => held.AnswerAsync(http, chain, $"\"fromBlock\":\"0x{firstBlock:x}\""));
        await app.StartAsync();
        return held;
    }

    public void GoOn() => _goesOn.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _app.DisposeAsync();
        _chain.Dispose();
    }

    private async Task AnswerAsync(HttpContext http, Uri chain, string first)
    {
        using var reader = new StreamReader(http.Request.Body);
        var asked = await reader.ReadToEndAsync(http.RequestAborted);
        if (asked.Contains("eth_getLogs", StringComparison.Ordinal) && !asked.Contains(first, StringComparison.Ordinal))
        {
            await _goesOn.Task.WaitAsync(http.RequestAborted);
        }

        using var question = new StringContent(asked, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await _chain.PostAsync(chain, question, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
