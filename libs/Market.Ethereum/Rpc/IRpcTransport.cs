namespace Market.Ethereum.Rpc;

/// <summary>A way to an endpoint: HTTP or WebSocket.</summary>
internal interface IRpcTransport : IAsyncDisposable
{
    /// <summary>Sends the calls once and returns one reply per call, in the calls' order.</summary>
    /// <exception cref="RpcException">The exchange as a whole failed.</exception>
    Task<IReadOnlyList<RpcReply>> ExchangeAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken);
}
