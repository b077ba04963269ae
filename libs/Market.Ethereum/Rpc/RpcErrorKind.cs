namespace Market.Ethereum.Rpc;

/// <summary>What went wrong with a call, as far as the client can tell.</summary>
public enum RpcErrorKind
{
    /// <summary>No connection: nothing listens there, the name is unknown, or TLS failed.</summary>
    Absent,

    /// <summary>The connection ended before the answer came. Whether the endpoint acted on the call is unknown.</summary>
    Disconnected,

    /// <summary>No answer within <see cref="RpcOptions.Timeout"/>. Whether the endpoint acted on the call is unknown.</summary>
    Timeout,

    /// <summary>An HTTP status other than success; see <see cref="RpcException.Code"/>.</summary>
    HttpStatus,

    /// <summary>The answer is not JSON, often an HTML page of something that is no Ethereum endpoint.</summary>
    NotJson,

    /// <summary>The answer is longer than <see cref="RpcOptions.MaxResponseBytes"/>.</summary>
    TooLarge,

    /// <summary>The answer is JSON but not what JSON-RPC 2.0 or the method's specification allows.</summary>
    Malformed,

    /// <summary>The endpoint serves another chain than the expected one.</summary>
    WrongChain,

    /// <summary>The EVM reverted; see <see cref="RpcException.RevertData"/>.</summary>
    Revert,

    /// <summary>The endpoint refuses this many blocks or logs in one <c>eth_getLogs</c>.</summary>
    RangeRefused,

    /// <summary>The endpoint does not know the method.</summary>
    MethodAbsent,

    /// <summary>Any other JSON-RPC error; see <see cref="RpcException.Code"/>.</summary>
    Refused,
}
