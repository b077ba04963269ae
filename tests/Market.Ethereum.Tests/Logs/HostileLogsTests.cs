using System.Globalization;
using System.Text.Json.Nodes;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;
using Market.Ethereum.Tests.Rpc;

namespace Market.Ethereum.Tests.Logs;

public sealed class HostileLogsTests(DevChains chains) : IClassFixture<DevChains>
{
    private static readonly FollowOptions Quick = new() { PollInterval = TimeSpan.FromMilliseconds(20) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Refuses_logs_out_of_order() => RefusesAsync("expected ascending order", logs =>
    {
        var last = logs[^1]!;
        logs.RemoveAt(logs.Count - 1);
        logs.Insert(0, last);
    });

    [Fact]
    public Task Refuses_a_log_given_twice() => RefusesAsync("expected ascending order", logs => logs.Add(logs[^1]!.DeepClone()));

    [Fact]
    public Task Refuses_a_log_of_a_block_that_was_not_asked_for() =>
        RefusesAsync("expected a block from", logs => logs[^1]!["blockNumber"] = "0xffffff");

    [Fact]
    public Task Refuses_a_log_of_a_contract_that_was_not_asked_for() =>
        RefusesAsync("does not match the filter", logs => logs[0]!["address"] = "0x00000000000000000000000000000000000000aa");

    [Fact]
    public Task Refuses_a_log_that_was_removed() => RefusesAsync("not one removed", logs => logs[0]!["removed"] = true);

    [Fact]
    public Task Refuses_a_log_with_five_topics() => RefusesAsync("at most 4 topics", logs =>
    {
        var topics = logs[0]!["topics"]!.AsArray();
        while (topics.Count < 5)
            topics.Add(topics[0]!.DeepClone());
    });

    [Fact]
    public Task Refuses_two_hashes_of_one_block() => RefusesAsync("under hash", logs =>
    {
        var twin = logs[^1]!.DeepClone();
        twin["logIndex"] = "0x7";
        twin["blockHash"] = "0x" + new string('1', 64);
        logs.Add(twin);
    });

    [Fact]
    public async Task Never_applies_logs_of_a_block_that_the_headers_do_not_have()
    {
        var chain = chains[ChainProgram.Anvil];
        var emitter = await EmitAsync(chain);
        var lies = 0;
        await using var proxy = TamperingProxy.Start(chain.Http, (method, _, reply) =>
        {
            if (method is "eth_getLogs" && lies++ < 3)
                reply["result"]![0]!["blockHash"] = "0x" + new string('1', 64);
        });
        await using var client = new EthereumClient(new JsonRpcClient(proxy.Uri));
        var seen = new FollowedLogs();
        await seen.ReadUntilAsync(Follower(client, emitter), () => seen.Values.Length == 4);
        Assert.True(lies > 3);
        Assert.Equal([1, 2, 3, 4], seen.Values);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Asks_for_shorter_ranges_while_they_are_refused_and_longer_ones_again_later(ChainProgram program)
    {
        var chain = chains[program];
        await chain.MineAsync(60);
        var emitter = await EmitAsync(chain);
        var most = 7;
        var refused = 0;
        var longest = 0;
        await using var proxy = TamperingProxy.Start(chain.Http, (method, request, reply) =>
        {
            if (method is not "eth_getLogs")
                return;
            var blocks = Number(request, "toBlock") - Number(request, "fromBlock") + 1;
            if (blocks > most)
            {
                refused++;
                reply.Remove("result");
                reply["error"] = new JsonObject { ["code"] = -32005, ["message"] = $"block range is limited to {most}" };
            }
            else
            {
                longest = Math.Max(longest, blocks);
                most = 20;
            }
        });
        await using var client = new EthereumClient(new JsonRpcClient(proxy.Uri));
        var seen = new FollowedLogs();
        await seen.ReadUntilAsync(Follower(client, emitter), () => seen.Values.Length == 4);
        Assert.Equal([1, 2, 3, 4], seen.Values);
        Assert.InRange(refused, 1, 20);
        Assert.InRange(longest, 8, 20);
    }

    [Fact]
    public async Task Gives_up_when_not_even_one_block_is_allowed()
    {
        var chain = chains[ChainProgram.Anvil];
        var emitter = await EmitAsync(chain);
        await using var proxy = TamperingProxy.Start(chain.Http, (method, _, reply) =>
        {
            if (method is not "eth_getLogs")
                return;
            reply.Remove("result");
            reply["error"] = new JsonObject { ["code"] = -32005, ["message"] = "limit exceeded" };
        });
        await using var client = new EthereumClient(new JsonRpcClient(proxy.Uri));
        var seen = new FollowedLogs();
        var e = await Assert.ThrowsAsync<RpcException>(() => seen.ReadUntilAsync(Follower(client, emitter), () => false));
        Assert.Equal(RpcErrorKind.RangeRefused, e.Kind);
    }

    [Theory]
    [InlineData("""[{"Number":1,"Hash":"0x0""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Refuses_a_cursor_file_that_is_none(string text)
    {
        var path = Path.Combine(Path.GetTempPath(), $"cursor-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, text, Token);
        var e = await Assert.ThrowsAsync<EthereumException>(() => LogCursor.LoadAsync(path, Token));
        File.Delete(path);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    private static int Number(JsonNode request, string name) =>
        int.Parse(request["params"]![0]![name]!.GetValue<string>().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static LogFollower Follower(EthereumClient client, Address emitter) =>
        new(client, new LogFilter { Addresses = [emitter] }, Quick);

    private static async Task<Address> EmitAsync(DevChain chain)
    {
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        for (byte i = 1; i <= 4; i++)
            await chain.SendAsync(emitter, Emitter.Emit(1, i));
        return emitter;
    }

    private async Task RefusesAsync(string why, Action<JsonArray> tamper)
    {
        foreach (var program in Enum.GetValues<ChainProgram>())
        {
            var emitter = await EmitAsync(chains[program]);
            await using var proxy = TamperingProxy.Start(chains[program].Http, (method, _, reply) =>
            {
                if (method is "eth_getLogs")
                    tamper(reply["result"]!.AsArray());
            });
            await using var client = new EthereumClient(new JsonRpcClient(proxy.Uri));
            var seen = new FollowedLogs();
            var e = await Assert.ThrowsAsync<RpcException>(() => seen.ReadUntilAsync(Follower(client, emitter), () => false));
            Assert.Equal(RpcErrorKind.Malformed, e.Kind);
            Assert.Contains(why, e.Message, StringComparison.Ordinal);
            Assert.Empty(seen.Values);
        }
    }
}
