using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Market.Benchmarks.Web;

/// <summary>What a browser does with a live page, without drawing it: opens a circuit, takes what the server renders, says that it is done.</summary>
internal sealed partial class Circuit : IDisposable
{
    private const byte EndOfHandshake = 0x1e;
    private readonly ClientWebSocket _socket = new();
    private readonly Uri _page;
    private readonly Action<ReadOnlySpan<byte>> _onBatch;
    private readonly string _update, _state;
    private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer = new byte[16 << 10];
    private int _filled;

    private Circuit(Uri page, string html, Action<ReadOnlySpan<byte>> onBatch)
    {
        (_page, _onBatch) = (page, onBatch);
        var markers = Marker().Matches(html).Select((m, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{m.Groups[1].Value}}}""").ToList();
        _update = markers.Count > 0 ? $$"""{"batchId":1,"operations":[{{string.Join(',', markers)}}]}""" : throw new InvalidDataException($"{page} has no live parts.");
        _state = State().Match(html).Groups[1].Value;
    }

    /// <summary>Loads a page and goes on until its live parts are rendered once; then on until it is disposed of.</summary>
    /// <param name="http">Loads it.</param>
    /// <param name="page">Where it is.</param>
    /// <param name="onBatch">Gets whatever the server renders.</param>
    public static async Task<Circuit> OpenAsync(HttpClient http, Uri page, Action<ReadOnlySpan<byte>> onBatch)
    {
        var circuit = new Circuit(page, await http.GetStringAsync(page), onBatch);
        await circuit._socket.ConnectAsync(new UriBuilder(new Uri(page, "/_blazor")) { Scheme = "ws" }.Uri, CancellationToken.None);
        await circuit.SendAsync([.. """{"protocol":"blazorpack","version":1}"""u8, EndOfHandshake]);
        _ = circuit.RunAsync();
        await circuit._shown.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return circuit;
    }

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync()
    {
        try
        {
            await ReceiveAsync();
            var hello = _buffer.AsSpan(0, _filled).IndexOf(EndOfHandshake) + 1;
            Drop(hello);
            await SendAsync(PackWriter.Invocation("0", "StartCircuit", new Uri(_page, "/").ToString(), _page.ToString(), "[]", ""));
            while (true)
            {
                foreach (var answer in Read())
                {
                    await SendAsync(answer);
                }

                await ReceiveAsync();
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidDataException or ArgumentOutOfRangeException)
        {
            _shown.TrySetException(e);
        }
    }

    /// <summary>Reads all messages that are whole, and returns what to answer.</summary>
    private List<byte[]> Read()
    {
        List<byte[]> answers = [];
        ReadOnlySpan<byte> received = _buffer.AsSpan(0, _filled);
        while (PackReader.TryTake(ref received, out var message))
        {
            if (Answer(message) is { } answer)
            {
                answers.Add(answer);
            }
        }

        Drop(_filled - received.Length);
        return answers;
    }

    private byte[]? Answer(ReadOnlySpan<byte> message)
    {
        const int Invocation = 1, Completion = 3, Close = 7;
        var reader = new PackReader(message);
        reader.Array();
        switch (reader.Integer())
        {
            case Invocation:
                reader.NoHeaders();
                reader.Text();
                return Invoked(reader.Text()!, reader);
            case Completion:
                return PackWriter.Invocation(null, "UpdateRootComponents", _update, _state);
            case Close:
                throw new InvalidDataException($"The server closed the circuit: {reader.Text()}");
            default:
                return null;
        }
    }

    private byte[]? Invoked(string target, PackReader reader)
    {
        reader.Array();
        switch (target)
        {
            case "JS.RenderBatch":
                var batch = reader.Integer();
                _onBatch(reader.Bytes());
                _shown.TrySetResult();
                return PackWriter.Invocation(null, "OnRenderCompleted", batch, null);
            case "JS.BeginInvokeJS":
                // Whatever a page asks of its scripts, there are none: the answer is nothing.
                var call = reader.Integer();
                return call == 0 ? null : PackWriter.Invocation(null, "EndInvokeJSFromDotNet", call, true, JsonSerializer.Serialize(new object?[] { call, true, null }));
            case "JS.Error":
                throw new InvalidDataException($"The server gave the circuit up: {reader.Text()}");
            default:
                return null;
        }
    }

    private async Task ReceiveAsync()
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _filled);
        }

        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), CancellationToken.None);
        _filled += received.MessageType == WebSocketMessageType.Close ? throw new InvalidDataException("The server closed the connection.") : received.Count;
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }

    private ValueTask SendAsync(byte[] message) => _socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    [GeneratedRegex("""<!--Blazor:(\{"type":"server".*?\})-->""")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex State();
}
