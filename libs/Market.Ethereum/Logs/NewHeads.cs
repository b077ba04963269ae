using System.Threading.Channels;
using Market.Ethereum.Rpc;

namespace Market.Ethereum.Logs;

/// <summary>Wakes a follower when there may be a new block: by subscription where the endpoint has one, and by the clock in any case.</summary>
internal sealed class NewHeads : IAsyncDisposable
{
    private readonly JsonRpcClient _rpc;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _listening;

    public NewHeads(JsonRpcClient rpc, TimeSpan interval)
    {
        _rpc = rpc;
        _interval = interval;
        _listening = rpc.CanSubscribe ? ListenAsync() : Task.CompletedTask;
    }

    /// <summary>Returns when a head was announced since the last call, or the interval has passed.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var interval = new CancellationTokenSource(_interval, _rpc.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, cancellationToken);
        try
        {
            await _hints.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval has passed, which is as good a reason to look.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        _closing.Dispose();
    }

    // A hint that is lost costs one interval, so whatever ends a subscription only leads to the next attempt.
    private async Task ListenAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in _rpc.SubscribeAsync("newHeads", _closing.Token).ConfigureAwait(false))
                    _hints.Writer.TryWrite(true);
            }
            catch (RpcException)
            {
                await PauseAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(_interval, _rpc.Time, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop sees the same token.
        }
    }
}
