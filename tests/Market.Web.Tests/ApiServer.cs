using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Index.Storage;
using Market.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Market.Web.Tests;

/// <summary>A server of the pages over a chain on which random people played.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-api-").FullName;
    private RandomMarket? _market;
    private WebApplication? _app;

    /// <summary>What the chain says.</summary>
    public MarketState State { get; private set; } = MarketState.Empty;

    public HttpClient Http { get; } = new();

    /// <summary>A part of the server.</summary>
    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        _market = await RandomMarket.StartAsync();
        await _market.PlayAsync(1, 250);
        State = await _market.FoldAsync();
        _app = await StartAnotherAsync();
        await SeenAsync();
        // Names become known without a block, which would change what tests compare.
        await Service<ModelNames>().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(60));
        Http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async Task<WebApplication> StartAnotherAsync()
    {
        var index = IndexStore.At(Path.Combine(_folder, Guid.NewGuid().ToString("n") + ".db"));
        var host = new JobHost(Path.Combine(_folder, Guid.NewGuid().ToString("n")));
        var app = WebPages.Build(_market!.Deployment with { Rpc = _market.Chain.Http }, new(_market.Deployment), index, host, "http://127.0.0.1:0");
        await app.StartAsync();
        return app;
    }

    /// <summary>Makes a block and waits until the server has seen it.</summary>
    public async Task MineAsync()
    {
        await _market!.Chain.MineAsync(1);
        await SeenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
        await _market!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SeenAsync()
    {
        var head = await _market!.Chain.Client.BlockNumberAsync(CancellationToken.None);
        var watch = _app!.Services.GetRequiredService<MarketWatch>();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (watch.State?.Block >= head)
            {
                seen.TrySetResult();
            }
        }

        watch.Changed += Look;
        Look();
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        watch.Changed -= Look;
    }
}
