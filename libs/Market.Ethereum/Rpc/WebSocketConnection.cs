using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Market.Ethereum.Rpc;

/// <summary>One open WebSocket: calls waiting for replies by id, and subscriptions by the id that the endpoint gave them.</summary>
internal sealed class WebSocketConnection : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly string _name;
    private readonly int _maxMessage;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<long, Waiting> _waiting = new();
    private readonly ConcurrentDictionary<string, ChannelWriter<JsonElement>> _subscriptions = new();
    private readonly Task _reading;
    private RpcException? _end;
    private long _lastId;

    private WebSocketConnection(ClientWebSocket socket, string name, int maxMessage)
    {
        _socket = socket;
        _name = name;
        _maxMessage = maxMessage;
        _reading = ReadAllAsync();
    }

    private sealed record Waiting(RpcCall Call, ChannelWriter<JsonElement>? Subscription)
    {
        public TaskCompletionSource<RpcReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whether calls may still be sent here.</summary>
    public bool IsOpen => Volatile.Read(ref _end) is null;

    public static async Task<WebSocketConnection> OpenAsync(
        Uri endpoint, string name, RpcOptions options, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();

        // Pings find a peer that vanished without closing, which a socket that only listens would never notice.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return new WebSocketConnection(socket, name, options.MaxResponseBytes);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new RpcException(RpcErrorKind.Absent, $"Endpoint {name} cannot be reached: {e.InnerException?.Message ?? e.Message}", inner: e);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one call and waits for its reply.</summary>
    /// <param name="call">What to call.</param>
    /// <param name="subscription">Where notifications go, if the call is a subscription.</param>
    /// <param name="cancellationToken">Stops waiting. In the middle of a send it breaks the connection, since half a message cannot be taken back.</param>
    public async Task<RpcReply> CallAsync(RpcCall call, ChannelWriter<JsonElement>? subscription, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var waiting = new Waiting(call, subscription);
        _waiting[id] = waiting;
        try
        {
            await SendAsync(RpcWire.Write([call], id), cancellationToken).ConfigureAwait(false);

            // The reader may have ended between the check of IsOpen and the registration above.
            if (Volatile.Read(ref _end) is { } end)
                waiting.Reply.TrySetException(end);
            return await waiting.Reply.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Drops what still comes for that subscription.</summary>
    public void Forget(string subscription) => _subscriptions.TryRemove(subscription, out _);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _socket.Dispose();
        _closing.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw Volatile.Read(ref _end) ?? Disconnected(e);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        RpcException end;
        try
        {
            var message = new ArrayBufferWriter<byte>();
            while (await ReadMessageAsync(message).ConfigureAwait(false))
                Dispatch(RpcWire.Parse(message.WrittenSpan, _name));
            end = Disconnected(null);
        }
        catch (RpcException e)
        {
            end = e;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            end = Disconnected(e);
        }

        Volatile.Write(ref _end, end);
        _socket.Abort();
        foreach (var waiting in _waiting.Values)
            waiting.Reply.TrySetException(end);
        foreach (var subscription in _subscriptions.Values)
            subscription.TryComplete(end);
    }

    // False when the endpoint closed the socket.
    private async Task<bool> ReadMessageAsync(ArrayBufferWriter<byte> message)
    {
        message.ResetWrittenCount();
        while (true)
        {
            var part = await _socket.ReceiveAsync(message.GetMemory(16 << 10), _closing.Token).ConfigureAwait(false);
            if (part.MessageType is WebSocketMessageType.Close)
                return false;
            message.Advance(part.Count);
            if (message.WrittenCount > _maxMessage)
                throw new RpcException(RpcErrorKind.TooLarge, $"Endpoint {_name} sent a longer message than the {_maxMessage} bytes allowed.");
            if (part.EndOfMessage)
                return true;
        }
    }

    private void Dispatch(JsonElement message)
    {
        // Ids that nobody waits for any more belong to calls that were cancelled.
        if (RpcWire.ReadId(message) is { } id)
        {
            if (_waiting.TryRemove(id, out var waiting))
                Complete(waiting, message);
            return;
        }

        if (message.ValueKind is JsonValueKind.Object && message.TryGetProperty("params", out var parameters)
            && parameters.ValueKind is JsonValueKind.Object && parameters.TryGetProperty("result", out var result)
            && parameters.TryGetProperty("subscription", out var key) && key.ValueKind is JsonValueKind.String
            && _subscriptions.TryGetValue(key.GetString()!, out var subscription))
            subscription.TryWrite(result);
    }

    private void Complete(Waiting waiting, JsonElement message)
    {
        try
        {
            var reply = RpcWire.ReadReply(message, waiting.Call, _name);

            // Registered here and not by the caller, since the next message may already be a notification.
            if (waiting.Subscription is { } subscription && reply.Error is null)
            {
                if (reply.Result.ValueKind is not JsonValueKind.String)
                    throw RpcWire.Malformed(_name, waiting.Call, $"a JSON {reply.Result.ValueKind}, expected a subscription's id");
                _subscriptions[reply.Result.GetString()!] = subscription;
            }

            waiting.Reply.TrySetResult(reply);
        }
        catch (RpcException e)
        {
            waiting.Reply.TrySetException(e);
        }
    }

    private RpcException Disconnected(Exception? cause) =>
        new(RpcErrorKind.Disconnected, $"Endpoint {_name} ended the connection.", inner: cause);
}
