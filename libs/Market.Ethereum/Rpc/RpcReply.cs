using System.Text.Json;

namespace Market.Ethereum.Rpc;

/// <summary>The answer to one call of a batch: a result or an error.</summary>
public sealed class RpcReply
{
    private readonly JsonElement _result;

    internal RpcReply(JsonElement result) => _result = result;

    internal RpcReply(RpcException error) => Error = error;

    /// <summary>The error, or null if the call succeeded.</summary>
    public RpcException? Error { get; }

    /// <summary>The result, possibly JSON <c>null</c>.</summary>
    /// <exception cref="RpcException">The endpoint answered with an error.</exception>
    public JsonElement Result => Error is null ? _result : throw Error;
}
