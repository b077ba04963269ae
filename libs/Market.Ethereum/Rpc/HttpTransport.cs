using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Market.Ethereum.Rpc;

/// <summary>JSON-RPC by HTTP POST; several calls travel as one JSON-RPC batch.</summary>
internal sealed class HttpTransport : IRpcTransport
{
    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly string _name;
    private readonly RpcOptions _options;
    private long _lastId;

    public HttpTransport(Uri endpoint, string name, RpcOptions options)
    {
        _endpoint = endpoint;
        _name = name;
        _options = options;

        // A redirect would turn the POST into a GET, and could lead to a host that nobody configured.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<IReadOnlyList<RpcReply>> ExchangeAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken)
    {
        var firstId = Interlocked.Add(ref _lastId, calls.Count) - calls.Count + 1;
        var body = await PostAsync(RpcWire.Write(calls, firstId), cancellationToken).ConfigureAwait(false);
        var answer = RpcWire.Parse(body.Span, _name);
        return calls.Count == 1 ? [ReadSingle(answer, calls[0], firstId)] : ReadBatch(answer, calls, firstId);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private RpcReply ReadSingle(JsonElement answer, RpcCall call, long id)
    {
        var reply = RpcWire.ReadReply(answer, call, _name);
        return reply.Error is not null || RpcWire.ReadId(answer) == id
            ? reply
            : throw RpcWire.Malformed(_name, call, $"another id than {id}");
    }

    private RpcReply[] ReadBatch(JsonElement answer, IReadOnlyList<RpcCall> calls, long firstId)
    {
        // A server that refuses the batch as a whole sends one error object.
        if (answer.ValueKind is JsonValueKind.Object && RpcWire.ReadReply(answer, calls[0], _name).Error is { } refusal)
            throw refusal;
        if (answer.ValueKind is not JsonValueKind.Array || answer.GetArrayLength() != calls.Count)
            throw RpcWire.Malformed(_name, calls[0], $"other than the array of {calls.Count} replies that a batch needs");
        var replies = new RpcReply[calls.Count];
        foreach (var item in answer.EnumerateArray())
        {
            var index = RpcWire.ReadId(item) - firstId ?? -1;
            if (index < 0 || index >= calls.Count || replies[index] is not null)
                throw RpcWire.Malformed(_name, calls[0], "a batch whose ids are not those of the calls");
            replies[index] = RpcWire.ReadReply(item, calls[(int)index], _name);
        }

        return replies;
    }

    private async Task<ReadOnlyMemory<byte>> PostAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = content };
        try
        {
            using var response = await _http
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
            var isAnswer = response.IsSuccessStatusCode || (response.StatusCode is HttpStatusCode.BadRequest && IsErrorReply(body.Span));
            return isAnswer ? body : throw StatusError(response, body.Span);
        }
        catch (HttpRequestException e)
        {
            var kind = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                ? RpcErrorKind.Absent : RpcErrorKind.Disconnected;
            throw new RpcException(kind, $"Endpoint {_name} cannot be reached: {e.Message}", inner: e);
        }
        catch (IOException e)
        {
            throw new RpcException(RpcErrorKind.Disconnected, $"Endpoint {_name} ended the connection in mid-answer: {e.Message}", inner: e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > _options.MaxResponseBytes)
            throw TooLarge($"announced {content.Headers.ContentLength} bytes");
        var body = new MemoryStream();
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var chunk = new byte[16 << 10];
            int read;
            while ((read = await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > _options.MaxResponseBytes)
                    throw TooLarge("sent more");
                body.Write(chunk, 0, read);
            }
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    // Some servers send JSON-RPC errors under status 400; their text says more than the status does.
    private static bool IsErrorReply(ReadOnlySpan<byte> body)
    {
        try
        {
            var answer = JsonElement.Parse(body);
            return answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("jsonrpc", out _)
                && answer.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private RpcException StatusError(HttpResponseMessage response, ReadOnlySpan<byte> body) => new(
        RpcErrorKind.HttpStatus,
        $"Endpoint {_name} answered with HTTP status {(int)response.StatusCode} and {RpcWire.Describe(body)}, expected 200 and JSON.",
        (int)response.StatusCode);

    private RpcException TooLarge(string what) => new(
        RpcErrorKind.TooLarge, $"Endpoint {_name} {what}, expected at most {_options.MaxResponseBytes} bytes in one answer.");
}
