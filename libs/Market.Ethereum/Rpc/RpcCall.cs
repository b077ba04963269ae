using System.Text.Json.Nodes;

namespace Market.Ethereum.Rpc;

/// <summary>One JSON-RPC method call, not yet sent.</summary>
public sealed class RpcCall
{
    private RpcCall(string method, JsonNode?[] parameters, bool isIdempotent)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(parameters);
        Method = method;
        Parameters = parameters;
        IsIdempotent = isIdempotent;
    }

    /// <summary>The method's name, such as <c>eth_chainId</c>.</summary>
    public string Method { get; }

    /// <summary>The positional parameters.</summary>
    public IReadOnlyList<JsonNode?> Parameters { get; }

    /// <summary>Whether the client may repeat the call when it does not know what became of it.</summary>
    public bool IsIdempotent { get; }

    /// <summary>A call that changes nothing, and so is repeated after a transient failure.</summary>
    public static RpcCall Read(string method, params JsonNode?[] parameters) => new(method, parameters, isIdempotent: true);

    /// <summary>A call that has effects, and so is sent at most once.</summary>
    public static RpcCall Write(string method, params JsonNode?[] parameters) => new(method, parameters, isIdempotent: false);
}
