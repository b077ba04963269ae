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
        // Names become known without a block, which would change what tests compare.
        await Service<ModelNames>().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(60));
        Http.BaseAddress = new Uri(_app.Urls.First());
    }

    public Task<WebApplication> StartAnotherAsync() => StartAsync(_market!, _folder);

    /// <summary>Starts a server over a chain, and waits until it has seen the newest block.</summary>
    internal static async Task<WebApplication> StartAsync(RandomMarket market, string folder)
    {
        var index = IndexStore.At(Path.Combine(folder, Guid.NewGuid().ToString("n") + ".db"));
        var host = new JobHost(Path.Combine(folder, Guid.NewGuid().ToString("n")));
        var app = WebPages.Build(market.Deployment with { Rpc = market.Chain.Http }, new(market.Deployment), index, host, "http://127.0.0.1:0");
        await app.StartAsync();
        await SeenAsync(market, app);
        return app;
    }

    /// <summary>Makes a block and waits until the server has seen it.</summary>
    public async Task MineAsync()
    {
        await _market!.Chain.MineAsync(1);
        await SeenAsync(_market, _app!);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
        await _market!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task SeenAsync(RandomMarket market, WebApplication app)
    {
        var head = await market.Chain.Client.BlockNumberAsync(CancellationToken.None);
        var watch = app.Services.GetRequiredService<MarketWatch>();
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
