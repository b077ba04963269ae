using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Market.Ethereum.Rpc;

/// <summary>JSON-RPC 2.0 on the wire: requests out, hostile answers in.</summary>
internal static class RpcWire
{
    private const int ShownCharacters = 80;

    // A repeated name could be read differently by two readers of one answer.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Numbers the calls from <paramref name="firstId"/>; one call is an object, several are an array.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<RpcCall> calls, long firstId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        if (calls.Count > 1)
            writer.WriteStartArray();
        for (var i = 0; i < calls.Count; i++)
            WriteCall(writer, calls[i], firstId + i);
        if (calls.Count > 1)
            writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Parses an answer, or says what came in place of JSON.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> body, string endpoint)
    {
        try
        {
            return JsonElement.Parse(body, Strict);
        }
        catch (JsonException e)
        {
            throw new RpcException(RpcErrorKind.NotJson, $"Endpoint {endpoint} answered {Describe(body)}, expected JSON.", inner: e);
        }
    }

    /// <summary>The id of a reply, or null if it has none that this client could have given.</summary>
    public static long? ReadId(JsonElement reply) =>
        reply.ValueKind is JsonValueKind.Object && reply.TryGetProperty("id", out var id)
        && id.ValueKind is JsonValueKind.Number && id.TryGetInt64(out var number) ? number : null;

    /// <summary>Reads the result or error of the reply to <paramref name="call"/>.</summary>
    /// <exception cref="RpcException">The reply is no JSON-RPC 2.0 response.</exception>
    public static RpcReply ReadReply(JsonElement reply, RpcCall call, string endpoint)
    {
        if (reply.ValueKind is not JsonValueKind.Object)
            throw Malformed(endpoint, call, $"a JSON {reply.ValueKind}, expected an object");
        var hasError = reply.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.Null;
        if (hasError)
            return new RpcReply(RpcErrorObject.Read(error, call.Method, endpoint));
        return reply.TryGetProperty("result", out var result)
            ? new RpcReply(result)
            : throw Malformed(endpoint, call, "an object with neither 'result' nor 'error'");
    }

    /// <summary>A short, printable description of bytes that somebody else chose.</summary>
    public static string Describe(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return "nothing";
        var text = Printable(Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4 * ShownCharacters)]).Trim(), ShownCharacters);
        return text.StartsWith('<') ? $"an HTML or XML page ('{text}')" : $"'{text}'";
    }

    /// <summary>Cuts the text and replaces control characters, so that no endpoint writes into terminals or logs.</summary>
    public static string Printable(string text, int longest)
    {
        var shown = string.Create(Math.Min(text.Length, longest), text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        });
        return text.Length > longest ? shown + "…" : shown;
    }

    public static RpcException Malformed(string endpoint, RpcCall call, string found) =>
        new(RpcErrorKind.Malformed, $"Endpoint {endpoint} answered {call.Method} with {found}.");

    private static void WriteCall(Utf8JsonWriter writer, RpcCall call, long id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", call.Method);
        writer.WriteStartArray("params");
        foreach (var parameter in call.Parameters)
        {
            if (parameter is null)
                writer.WriteNullValue();
            else
                parameter.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
