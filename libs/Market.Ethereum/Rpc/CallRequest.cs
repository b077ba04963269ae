using System.Numerics;
using System.Text.Json.Nodes;

namespace Market.Ethereum.Rpc;

/// <summary>A message call to try out, as <c>eth_call</c> and <c>eth_estimateGas</c> take it.</summary>
public sealed record CallRequest
{
    /// <summary>The caller, or null for the zero address.</summary>
    public Address? From { get; init; }

    /// <summary>The called account, or null to create a contract.</summary>
    public Address? To { get; init; }

    /// <summary>The call data, or the init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The value in wei.</summary>
    public BigInteger Value { get; init; }

    /// <summary>The gas limit, or null for the endpoint's bound.</summary>
    public ulong? Gas { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        if (From is { } from)
            json["from"] = from.ToString();
        if (To is { } to)
            json["to"] = to.ToString();
        if (!Data.IsEmpty)
            json["data"] = Hex.Encode(Data.Span);
        if (!Value.IsZero)
            json["value"] = Quantity.Write(Value);
        if (Gas is { } gas)
            json["gas"] = Quantity.Write(gas);
        return json;
    }
}
