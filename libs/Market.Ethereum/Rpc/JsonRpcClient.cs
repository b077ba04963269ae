using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Market.Ethereum.Rpc;

/// <summary>A JSON-RPC 2.0 client over HTTP or WebSocket.</summary>
/// <remarks>
/// Safe for concurrent use. Every answer is taken as hostile: bounded in size and depth, and parsed strictly.
/// Calls made with <see cref="RpcCall.Read"/> are repeated after transient failures, calls made with <see cref="RpcCall.Write"/> never are.
/// A WebSocket that broke is opened again by the next call; subscriptions end with it, so that their reader knows it may have missed something.
/// </remarks>
public sealed class JsonRpcClient : IAsyncDisposable
{
    private readonly IRpcTransport _transport;
    private readonly RpcOptions _options;

    /// <summary>Prepares a client; nothing is connected before the first call.</summary>
    /// <param name="endpoint">An absolute URI of scheme http, https, ws or wss.</param>
    /// <param name="options">Limits and patience, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The URI has another scheme.</exception>
    public JsonRpcClient(Uri endpoint, RpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        _options = options ?? new RpcOptions();
        var scheme = endpoint.IsAbsoluteUri ? endpoint.Scheme : "none";
        Name = endpoint.IsAbsoluteUri ? $"{scheme}://{endpoint.Authority}" : "without a scheme";
        _transport = scheme switch
        {
            "http" or "https" => new HttpTransport(endpoint, Name, _options),
            "ws" or "wss" => new WebSocketTransport(endpoint, Name, _options),
            _ => throw new ArgumentException($"Endpoint {Name} has scheme {scheme}, expected http, https, ws or wss.", nameof(endpoint)),
        };
    }

    /// <summary>The endpoint's scheme, host and port, without path and query, which often hold access keys.</summary>
    public string Name { get; }

    /// <summary>Whether the transport carries subscriptions (WebSocket does, HTTP does not).</summary>
    public bool CanSubscribe => _transport is WebSocketTransport;

    internal TimeProvider Time => _options.Time;

    /// <summary>Makes one call.</summary>
    /// <returns>The result, possibly JSON <c>null</c>.</returns>
    /// <exception cref="RpcException">There was no usable answer, or it was an error.</exception>
    public async Task<JsonElement> CallAsync(RpcCall call, CancellationToken cancellationToken = default)
    {
        var replies = await BatchAsync([call], cancellationToken).ConfigureAwait(false);
        return replies[0].Result;
    }

    /// <summary>Makes many calls together; an error of one does not touch the others.</summary>
    /// <returns>One reply per call, in the calls' order.</returns>
    /// <exception cref="RpcException">There was no usable answer to the batch.</exception>
    public async Task<IReadOnlyList<RpcReply>> BatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var replies = new List<RpcReply>(calls.Count);
        foreach (var part in calls.Chunk(_options.MaxBatch))
            replies.AddRange(await RepeatAsync(part, cancellationToken).ConfigureAwait(false));
        return replies;
    }

    /// <summary>Subscribes with <c>eth_subscribe</c>.</summary>
    /// <param name="topic">What to subscribe to, such as <c>newHeads</c>.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <returns>The notifications. A slow reader loses the oldest: treat them as hints.</returns>
    /// <exception cref="RpcException">The subscription was refused, or its connection ended.</exception>
    /// <exception cref="InvalidOperationException">The transport carries no subscriptions.</exception>
    public async IAsyncEnumerable<JsonElement> SubscribeAsync(
        string topic, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_transport is not WebSocketTransport socket)
            throw new InvalidOperationException($"Endpoint {Name} is not a WebSocket and carries no subscriptions.");
        var subscription = await InTimeAsync(token => socket.SubscribeAsync(topic, token), cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var notification in subscription.Notifications.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return notification;
        }
        finally
        {
            await EndAsync(subscription).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private async Task<IReadOnlyList<RpcReply>> RepeatAsync(RpcCall[] calls, CancellationToken cancellationToken)
    {
        var attempts = calls.All(call => call.IsIdempotent) ? _options.Retries : 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await InTimeAsync(token => _transport.ExchangeAsync(calls, token), cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (e.IsTransient && attempt < attempts)
            {
                await Task.Delay(_options.DelayBefore(attempt), _options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task EndAsync(Subscription subscription)
    {
        try
        {
            await InTimeAsync(subscription.EndAsync, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The reader wants nothing more, and the endpoint forgets a subscription with its connection.
        }
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await attempt(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(
                RpcErrorKind.Timeout, $"Endpoint {Name} did not answer within {_options.Timeout.TotalSeconds} s.", inner: e);
        }
    }
}
