using System.Text.Json;

namespace Market.Ethereum.Rpc;

/// <summary>Turns a JSON-RPC error object into a typed exception.</summary>
/// <remarks>
/// Clients agree on few codes (EIP-1474 and geth's 3 for a revert), so the text is consulted as well where a kind matters:
/// whether a range was refused, and whether the EVM reverted.
/// </remarks>
internal static class RpcErrorObject
{
    private const int LongestMessage = 500;
    private const int MethodNotFound = -32601;
    private const int MethodNotSupported = -32004;
    private const int LimitExceeded = -32005;
    private const int ExecutionReverted = 3;

    private static readonly string[] RangeWords =
        ["range", "limit", "more than", "too many", "too large", "too big", "exceed", "timeout", "timed out"];

    public static RpcException Read(JsonElement error, string method, string endpoint)
    {
        var code = 0;
        var message = error.ValueKind is JsonValueKind.Object ? "no message" : error.GetRawText();
        var data = ReadOnlyMemory<byte>.Empty;
        if (error.ValueKind is JsonValueKind.Object)
        {
            if (error.TryGetProperty("code", out var c) && c.ValueKind is JsonValueKind.Number)
                _ = c.TryGetInt32(out code);
            if (error.TryGetProperty("message", out var m) && m.ValueKind is JsonValueKind.String)
                message = m.GetString()!;
            if (error.TryGetProperty("data", out var d))
                data = RevertBytes(d);
        }

        message = RpcWire.Printable(message, LongestMessage);
        var kind = KindOf(method, code, message);
        return new RpcException(kind, $"Endpoint {endpoint} refused {method}: {message} (code {code}).", code)
        {
            RevertData = kind is RpcErrorKind.Revert ? data : default,
        };
    }

    private static RpcErrorKind KindOf(string method, int code, string message) => code switch
    {
        MethodNotFound or MethodNotSupported => RpcErrorKind.MethodAbsent,
        _ when method is "eth_getLogs" && (code is LimitExceeded || Says(message, RangeWords)) => RpcErrorKind.RangeRefused,
        ExecutionReverted => RpcErrorKind.Revert,
        _ when method is "eth_call" or "eth_estimateGas" or "eth_sendRawTransaction" && Says(message, "revert") => RpcErrorKind.Revert,
        _ => RpcErrorKind.Refused,
    };

    private static bool Says(string message, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (message.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // Most clients give a hex string, some wrap it in an object, Parity's line prefixes it with "Reverted ".
    private static ReadOnlyMemory<byte> RevertBytes(JsonElement data)
    {
        if (data.ValueKind is JsonValueKind.Object && data.TryGetProperty("data", out var inner))
            data = inner;
        if (data.ValueKind is not JsonValueKind.String)
            return default;
        var text = data.GetString()!;
        if (text.StartsWith("Reverted ", StringComparison.Ordinal))
            text = text["Reverted ".Length..];
        return RpcValue.TryHex(text, out var bytes) ? bytes : default;
    }
}
