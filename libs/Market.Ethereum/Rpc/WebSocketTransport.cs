using System.Text.Json;
using System.Threading.Channels;

namespace Market.Ethereum.Rpc;

/// <summary>JSON-RPC over one WebSocket that is opened at the first call, and again at the first call after it broke.</summary>
internal sealed class WebSocketTransport(Uri endpoint, string name, RpcOptions options) : IRpcTransport
{
    private const int SubscriptionQueue = 256;

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private WebSocketConnection? _connection;
    private bool _disposed;

    public async Task<IReadOnlyList<RpcReply>> ExchangeAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken)
    {
        var connection = await ConnectedAsync(cancellationToken).ConfigureAwait(false);

        // One socket already carries many calls at once, so a batch needs no array here.
        var replies = calls.Select(call => connection.CallAsync(call, null, cancellationToken)).ToArray();
        return await Task.WhenAll(replies).ConfigureAwait(false);
    }

    /// <summary>Subscribes on the current connection; the reader ends with an error when that connection does.</summary>
    public async Task<Subscription> SubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        var connection = await ConnectedAsync(cancellationToken).ConfigureAwait(false);
        var queue = Channel.CreateBounded<JsonElement>(
            new BoundedChannelOptions(SubscriptionQueue) { FullMode = BoundedChannelFullMode.DropOldest });
        var reply = await connection.CallAsync(RpcCall.Write("eth_subscribe", topic), queue.Writer, cancellationToken).ConfigureAwait(false);
        return new Subscription(connection, reply.Result.GetString()!, queue.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
        _connecting.Release();
    }

    private async Task<WebSocketConnection> ConnectedAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is { IsOpen: true })
                return _connection;
            if (_connection is not null)
                await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = null;
            return _connection = await WebSocketConnection.OpenAsync(endpoint, name, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }
}
