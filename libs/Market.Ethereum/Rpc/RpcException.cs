namespace Market.Ethereum.Rpc;

/// <summary>A call to an endpoint that did not give a usable answer.</summary>
/// <remarks>Messages name the endpoint by scheme, host and port only, since paths and queries often hold access keys.</remarks>
public sealed class RpcException : EthereumException
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="code">The JSON-RPC error code or HTTP status, 0 if there is none.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    public RpcException(RpcErrorKind kind, string message, int code = 0, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Code = code;
    }

    /// <summary>What went wrong.</summary>
    public RpcErrorKind Kind { get; }

    /// <summary>The JSON-RPC error code, or the HTTP status for <see cref="RpcErrorKind.HttpStatus"/>, else 0.</summary>
    public int Code { get; }

    /// <summary>The bytes given to REVERT: a 4-byte error selector and its ABI-encoded arguments, or empty.</summary>
    public ReadOnlyMemory<byte> RevertData { get; init; }

    /// <summary>Whether the same call may succeed later without any change: the endpoint was not reachable or overloaded.</summary>
    public bool IsTransient => Kind is RpcErrorKind.Absent or RpcErrorKind.Disconnected or RpcErrorKind.Timeout
        || (Kind is RpcErrorKind.HttpStatus && Code is 408 or 425 or 429 or >= 500);
}
