using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Ethereum.Logs;
using Market.Index.Storage;
using Market.Index.Writing;

namespace Market.Index.Tests;

/// <summary>A follower at work on an index.</summary>
internal sealed class IndexRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _changed = new();
    private volatile MarketState _state = MarketState.Empty;

    private IndexRun(RandomMarket market, IndexStore store, bool writes, int range)
    {
        var options = new IndexFollowerOptions
        {
            Writes = writes,
            Follow = new FollowOptions { PollInterval = TimeSpan.FromMilliseconds(20), MaxRange = range },
            OnState = state =>
            {
                _state = state;
                Interlocked.Exchange(ref _changed, new TaskCompletionSource()).TrySetResult();
            },
        };
        _running = Task.Run(() => new IndexFollower(store, market.Chain.Client, market.Deployment, options).RunAsync(_stop.Token));
    }

    public MarketState State => _state;

    public static IndexRun Start(RandomMarket market, IndexStore store, bool writes = true, int range = 2000) => new(market, store, writes, range);

    /// <summary>Waits until the head of the chain is in the index.</summary>
    public async Task CatchUpAsync(RandomMarket market)
    {
        var head = await market.Chain.Client.BlockNumberAsync(TestContext.Current.CancellationToken);
        while (true)
        {
            var changed = _changed.Task;
            if (_state.Block >= head)
            {
                return;
            }

            var first = await Task.WhenAny(changed, _running).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            await first;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
