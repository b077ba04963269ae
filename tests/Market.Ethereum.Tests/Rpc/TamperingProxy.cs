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
            using var content = new StringContent(request, Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(chain, content, TestContext.Current.CancellationToken);
            var replies = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
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
}
