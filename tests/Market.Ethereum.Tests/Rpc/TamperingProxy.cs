using System.Text;
using System.Text.Json.Nodes;

namespace Market.Ethereum.Tests.Rpc;

/// <summary>A real chain behind somebody who changes its answers.</summary>
internal static class TamperingProxy
{
    /// <param name="chain">The real endpoint.</param>
    /// <param name="tamper">Changes the reply object to a request object of that method.</param>
    public static RawServer Start(Uri chain, Action<string, JsonNode, JsonObject> tamper)
    {
        var http = new HttpClient();
        return new RawServer(async request =>
        {
            var replies = JsonNode.Parse(await ForwardAsync(http, chain, request))!;
            var requests = JsonNode.Parse(request)!;
            if (requests is JsonArray batch)
            {
                foreach (var (asked, answered) in batch.Zip(replies.AsArray()))
                    tamper(asked!["method"]!.GetValue<string>(), asked, answered!.AsObject());
            }
            else
            {
                tamper(requests["method"]!.GetValue<string>(), requests, replies.AsObject());
            }

            return RawServer.Response(replies.ToJsonString());
        });
    }

    /// <summary>A real chain behind a line that is cut at each transaction, before or after the chain got it.</summary>
    public static RawServer StartCutting(Uri chain, bool beforeTheChain)
    {
        var http = new HttpClient();
        return new RawServer(async request =>
        {
            var isCut = request.Contains("eth_sendRawTransaction", StringComparison.Ordinal);
            if (isCut && beforeTheChain)
                return null;
            var reply = await ForwardAsync(http, chain, request);
            return isCut ? null : RawServer.Response(reply);
        });
    }

    private static async Task<string> ForwardAsync(HttpClient http, Uri chain, string request)
    {
        using var content = new StringContent(request, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(chain, content, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
