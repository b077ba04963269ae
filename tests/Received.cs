using System.Text.Json;
using Microsoft.Playwright;

namespace Market.Tests;

/// <summary>What a page receives over the network, as Chromium counts it: heads, bodies as they are sent, and messages of sockets.</summary>
internal sealed class Received
{
    private long _bytes;
    private int _requests;

    /// <summary>Bytes until now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Requests until now.</summary>
    public int Requests => _requests;

    /// <summary>Begins to count.</summary>
    public static async Task<Received> ListenAsync(IPage page)
    {
        var received = new Received();
        var chromium = await page.Context.NewCDPSessionAsync(page);
        await chromium.SendAsync("Network.enable");
        chromium.Event("Network.loadingFinished").OnEvent += (_, told) => received.Add(told!.Value.GetProperty("encodedDataLength").GetDouble(), 1);
        chromium.Event("Network.webSocketHandshakeResponseReceived").OnEvent += (_, told) =>
            received.Add(told!.Value.GetProperty("response").GetProperty("headersText").GetString()!.Length, 1);
        chromium.Event("Network.webSocketFrameReceived").OnEvent += (_, told) => received.Add(Length(told!.Value.GetProperty("response")), 0);
        return received;
    }

    private void Add(double bytes, int requests)
    {
        Interlocked.Add(ref _bytes, (long)bytes);
        Interlocked.Add(ref _requests, requests);
    }

    /// <summary>Binary messages are told in Base64.</summary>
    private static int Length(JsonElement frame)
    {
        const int Text = 1;
        var payload = frame.GetProperty("payloadData").GetString()!;
        return frame.GetProperty("opcode").GetInt32() == Text ? payload.Length : Convert.FromBase64String(payload).Length;
    }
}
