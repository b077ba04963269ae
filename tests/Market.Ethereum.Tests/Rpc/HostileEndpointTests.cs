using System.Text;
using System.Text.Json.Nodes;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;

namespace Market.Ethereum.Tests.Rpc;

public sealed class HostileEndpointTests
{
    private static readonly RpcOptions Quick = new()
    {
        Timeout = TimeSpan.FromSeconds(2),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxResponseBytes = 100_000,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http")]
    [InlineData("ws")]
    public async Task Says_that_nothing_listens_at_an_absent_endpoint(string scheme)
    {
        await using var client = Client(new Uri($"{scheme}://127.0.0.1:{DevChain.FreePort()}"), Quick);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.ChainIdAsync(Token));
        Assert.Equal(RpcErrorKind.Absent, e.Kind);
        Assert.Contains("127.0.0.1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_an_endpoint_of_another_chain_and_names_both()
    {
        await using var server = new RawServer(Result("\"0x1\""));
        var e = await Assert.ThrowsAsync<RpcException>(() => EthereumClient.ConnectAsync(server.Uri, 31337, Quick, Token));
        Assert.Equal(RpcErrorKind.WrongChain, e.Kind);
        Assert.Contains("serves chain 1, expected chain 31337", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_it_found_a_page_in_place_of_JSON()
    {
        await using var server = new RawServer(_ => RawServer.Response("<html><h1>Welcome\u001b[31m</h1>", type: "text/html"));
        var e = await FailureAsync(server);
        Assert.Equal(RpcErrorKind.NotJson, e.Kind);
        Assert.Contains("HTML or XML page ('<html><h1>Welcome?[31m</h1>')", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-access-key", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Repeats_a_reading_call_after_a_server_error_and_then_names_the_status(int status)
    {
        await using var server = new RawServer(_ => RawServer.Response("out of order", status));
        var e = await FailureAsync(server);
        Assert.Equal(RpcErrorKind.HttpStatus, e.Kind);
        Assert.Equal(status, e.Code);
        Assert.Equal(1 + Quick.Retries, server.Requests);
    }

    [Fact]
    public async Task Never_repeats_a_call_that_has_effects()
    {
        await using var server = new RawServer(_ => (byte[]?)null);
        await using var client = Client(server.Uri, Quick);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.SendRawTransactionAsync(new byte[] { 2 }, Token));
        Assert.True(e.IsTransient);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Recovers_when_a_later_attempt_is_answered()
    {
        var requests = 0;
        await using var server = new RawServer(body => ++requests < 3 ? RawServer.Response("", 502) : Result("\"0x7\"")(body));
        await using var client = Client(server.Uri, Quick);
        Assert.Equal(7u, await client.ChainIdAsync(Token));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"jsonrpc":"2.0","id":99,"result":"0x1"}""")]
    public async Task Refuses_JSON_that_is_no_reply_to_the_call(string body)
    {
        await using var server = new RawServer(_ => RawServer.Response(body));
        Assert.Equal(RpcErrorKind.Malformed, (await FailureAsync(server)).Kind);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"7\"")]
    [InlineData("\"0x\"")]
    [InlineData("\"0x07\"")]
    [InlineData("\"0xg\"")]
    [InlineData("\"0x10000000000000000\"")]
    [InlineData("{\"a\":1}")]
    public async Task Refuses_a_quantity_that_is_not_written_as_one(string result)
    {
        await using var server = new RawServer(Result(result));
        var e = await FailureAsync(server);
        Assert.Equal(RpcErrorKind.Malformed, e.Kind);
        Assert.Contains("eth_chainId", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_an_answer_with_a_name_given_twice()
    {
        await using var server = new RawServer(_ => RawServer.Response("""{"jsonrpc":"2.0","id":1,"result":"0x1","result":"0x2"}"""));
        Assert.Equal(RpcErrorKind.NotJson, (await FailureAsync(server)).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stops_reading_an_answer_that_is_too_large(bool announced)
    {
        var length = announced ? "Content-Length: 99999999999\r\n" : "";
        var head = $"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n{length}Connection: close\r\n\r\n";
        await using var server = new RawServer(_ => Encoding.ASCII.GetBytes(head + new string(' ', 300_000)));
        var e = await FailureAsync(server);
        Assert.Equal(RpcErrorKind.TooLarge, e.Kind);
        Assert.Contains("100000 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_an_answer_that_nests_too_deep()
    {
        await using var server = new RawServer(_ => RawServer.Response(new string('[', 10_000)));
        Assert.Equal(RpcErrorKind.NotJson, (await FailureAsync(server)).Kind);
    }

    [Fact]
    public async Task Gives_up_on_an_endpoint_that_stalls()
    {
        await using var server = new RawServer(_ => []);
        await using var client = Client(server.Uri, Quick with { Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 });
        var e = await Assert.ThrowsAsync<RpcException>(() => client.ChainIdAsync(Token));
        Assert.Equal(RpcErrorKind.Timeout, e.Kind);
    }

    [Fact]
    public async Task Cancels_while_the_endpoint_stalls()
    {
        await using var server = new RawServer(_ => []);
        await using var client = Client(server.Uri, Quick);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = client.ChainIdAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":1,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":3,"result":"0x1"}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"result":"0x1"}""")]
    public async Task Refuses_a_batch_whose_replies_are_not_those_of_the_calls(string body)
    {
        await using var server = new RawServer(_ => RawServer.Response(body));
        await using var client = new JsonRpcClient(server.Uri, Quick);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.BatchAsync([RpcCall.Read("a"), RpcCall.Read("b")], Token));
        Assert.Equal(RpcErrorKind.Malformed, e.Kind);
    }

    [Fact]
    public async Task Puts_the_replies_of_a_batch_into_the_order_of_the_calls()
    {
        await using var server = new RawServer(_ => RawServer.Response(
            """[{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no"}},{"jsonrpc":"2.0","id":1,"result":"0x1"}]"""));
        await using var client = new JsonRpcClient(server.Uri, Quick);
        var replies = await client.BatchAsync([RpcCall.Read("a"), RpcCall.Read("b")], Token);
        Assert.Equal("0x1", replies[0].Result.GetString());
        Assert.Equal(RpcErrorKind.MethodAbsent, replies[1].Error!.Kind);
    }

    [Theory]
    [InlineData(-32005, "query returned more than 10000 results", RpcErrorKind.RangeRefused)]
    [InlineData(-32602, "eth_getLogs is limited to a 1000 block range", RpcErrorKind.RangeRefused)]
    [InlineData(-32000, "missing trie node", RpcErrorKind.Refused)]
    public async Task Tells_a_refused_range_from_other_refusals(int code, string message, RpcErrorKind kind)
    {
        var error = $$$"""{"jsonrpc":"2.0","id":1,"error":{"code":{{{code}}},"message":"{{{message}}}"}}""";
        await using var server = new RawServer(_ => RawServer.Response(error));
        await using var client = Client(server.Uri, Quick);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.GetLogsAsync(new LogFilter(), 0, 9, Token));
        Assert.Equal(kind, e.Kind);
    }

    internal static Func<string, byte[]?> Result(string result) => request =>
        RawServer.Response($$"""{"jsonrpc":"2.0","id":{{JsonNode.Parse(request)!["id"]}},"result":{{result}}}""");

    private static EthereumClient Client(Uri endpoint, RpcOptions options) => new(new JsonRpcClient(endpoint, options));

    private static async Task<RpcException> FailureAsync(RawServer server)
    {
        await using var client = Client(server.Uri, Quick);
        return await Assert.ThrowsAsync<RpcException>(() => client.ChainIdAsync(Token));
    }
}
