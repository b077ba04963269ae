using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;

namespace Market.Ethereum.Tests.Logs;

public sealed class LogFollowerTests(DevChains chains) : IClassFixture<DevChains>
{
    private static readonly FollowOptions Quick = new() { PollInterval = TimeSpan.FromMilliseconds(20) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Gives_each_wanted_log_once_and_in_order(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var other = await chain.DeployAsync(Emitter.InitCode);
        for (byte i = 1; i <= 6; i++)
            await chain.SendAsync(i % 2 == 0 ? other : emitter, Emitter.Emit(1, i));
        var seen = new FollowedLogs();
        await seen.ReadUntilAsync(Follower(chain.Client, emitter, Quick with { MaxRange = 3 }), () => seen.Values.Length == 3);
        Assert.Equal([1, 3, 5], seen.Values);
        Assert.Empty(seen.Rollbacks);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Wants_only_the_topics_that_it_was_asked_for(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var wanted = (await chain.SendAsync(emitter, Emitter.Emit(2, 1))).Logs[0].Topics[0];
        await chain.SendAsync(emitter, Emitter.Emit(3, 2));
        await chain.SendAsync(emitter, Emitter.Emit(2, 3));
        var filter = new LogFilter { Addresses = [emitter], Topics = [[wanted]] };
        var seen = new FollowedLogs();
        await seen.ReadUntilAsync(new LogFollower(chain.Client, filter, Quick), () => seen.Values.Length == 2);
        Assert.Equal([1, 3], seen.Values);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Rolls_back_to_the_last_common_block_when_the_chain_is_reorganized(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var common = (await chain.SendAsync(emitter, Emitter.Emit(1, 1))).BlockNumber;
        var snapshot = await chain.SnapshotAsync();
        await chain.SendAsync(emitter, Emitter.Emit(1, 2));
        await chain.SendAsync(emitter, Emitter.Emit(1, 3));
        var seen = new FollowedLogs();
        var follower = Follower(chain.Client, emitter, Quick);
        await seen.ReadUntilAsync(follower, () => seen.Values.Length == 3);

        await chain.RevertAsync(snapshot);
        await chain.SendAsync(emitter, Emitter.Emit(1, 12));
        await seen.ReadUntilAsync(follower, () => seen.Values.Length == 2);
        Assert.Equal([1, 12], seen.Values);
        Assert.Equal(common, Assert.Single(seen.Rollbacks).ToBlock);
    }

    [Fact]
    public async Task Follows_a_reorganization_that_anvil_makes_itself()
    {
        var chain = chains[ChainProgram.Anvil];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        for (byte i = 1; i <= 5; i++)
            await chain.SendAsync(emitter, Emitter.Emit(1, i));
        var seen = new FollowedLogs();
        var follower = Follower(chain.Client, emitter, Quick);
        await seen.ReadUntilAsync(follower, () => seen.Values.Length == 5);
        await chain.RequestAsync("anvil_reorg", 3, new System.Text.Json.Nodes.JsonArray());
        await chain.SendAsync(emitter, Emitter.Emit(1, 9));
        await seen.ReadUntilAsync(follower, () => seen.Values.LastOrDefault() == 9);
        Assert.Equal([1, 2, 9], seen.Values);
        Assert.Single(seen.Rollbacks);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Resumes_from_a_saved_cursor_and_undoes_what_was_reorganized_meanwhile(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await chain.SendAsync(emitter, Emitter.Emit(1, 1));
        var snapshot = await chain.SnapshotAsync();
        await chain.SendAsync(emitter, Emitter.Emit(1, 2));
        var before = new FollowedLogs();
        await before.ReadUntilAsync(Follower(chain.Client, emitter, Quick), () => before.Values.Length == 2);
        var path = Path.Combine(Path.GetTempPath(), $"cursor-{Guid.NewGuid():N}.json");
        await before.Cursor.SaveAsync(path, Token);

        await chain.RevertAsync(snapshot);
        await chain.SendAsync(emitter, Emitter.Emit(1, 22));
        await chain.SendAsync(emitter, Emitter.Emit(1, 23));
        var cursor = await LogCursor.LoadAsync(path, Token);
        File.Delete(path);
        Assert.Equal(before.Cursor.Points, cursor.Points);
        var batches = new List<LogBatch>();
        await foreach (var batch in Follower(chain.Client, emitter, Quick).FollowAsync(cursor, Token))
        {
            batches.Add(batch);
            if (batches.Count == 2)
                break;
        }

        Assert.Equal(cursor.Head!.Value.Number - 1, Assert.IsType<LogBatch.RolledBack>(batches[0]).ToBlock);
        var applied = Assert.IsType<LogBatch.Applied>(batches[1]);
        Assert.Equal([22, 23], applied.Logs.Select(log => log.Data.Span[31]));
        Assert.Equal(cursor.Head.Value.Number, applied.FromBlock);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Rolls_back_everything_when_a_reorganization_is_deeper_than_it_remembers(ChainProgram program)
    {
        var chain = chains[program];
        var snapshot = await chain.SnapshotAsync();
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        for (byte i = 1; i <= 5; i++)
            await chain.SendAsync(emitter, Emitter.Emit(1, i));
        var seen = new FollowedLogs();
        var follower = Follower(chain.Client, emitter, Quick with { RememberedBlocks = 2 });
        await seen.ReadUntilAsync(follower, () => seen.Values.Length == 5);
        await chain.RevertAsync(snapshot);
        var again = await chain.DeployAsync([.. Emitter.InitCode, 0]);
        Assert.Equal(emitter, again);
        for (byte i = 11; i <= 16; i++)
            await chain.SendAsync(emitter, Emitter.Emit(1, i));
        await seen.ReadUntilAsync(follower, () => seen.Values.Length == 6);
        Assert.Equal([11, 12, 13, 14, 15, 16], seen.Values);
        Assert.Null(Assert.Single(seen.Rollbacks).ToBlock);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Stays_behind_by_the_confirmations_that_it_was_asked_for(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var block = (await chain.SendAsync(emitter, Emitter.Emit(1, 1))).BlockNumber;
        await chain.MineAsync(3);
        var seen = new FollowedLogs();
        var follower = Follower(chain.Client, emitter, Quick with { Confirmations = 4 });
        await seen.ReadUntilAsync(follower, () => seen.Cursor.Head?.Number == block - 1);
        Assert.Empty(seen.Values);
        await chain.MineAsync();
        await seen.ReadUntilAsync(follower, () => seen.Cursor.Head?.Number == block);
        Assert.Equal([1], seen.Values);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Notices_new_blocks_by_WebSocket_long_before_the_next_poll(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var client = new EthereumClient(new JsonRpcClient(chain.Socket));
        var follower = Follower(client, emitter, new FollowOptions { PollInterval = TimeSpan.FromMinutes(10) });
        await using var batches = follower.FollowAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await batches.MoveNextAsync());
        var next = batches.MoveNextAsync().AsTask();

        // The subscription may stand only after this block was made, so blocks are made until one is noticed.
        for (byte i = 1; !next.IsCompleted && i < 100; i++)
        {
            await chain.SendAsync(emitter, Emitter.Emit(1, i));
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(50), Token));
        }

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.NotEmpty(Assert.IsType<LogBatch.Applied>(batches.Current).Logs);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat, true)]
    [InlineData(ChainProgram.Anvil, false)]
    public async Task Waits_for_an_endpoint_that_went_away_and_goes_on_when_it_is_back(ChainProgram program, bool socket)
    {
        var first = await DevChain.StartAsync(program);
        var emitter = await first.DeployAsync(Emitter.InitCode);
        await first.SendAsync(emitter, Emitter.Emit(1, 1));
        await using var client = new EthereumClient(new JsonRpcClient(socket ? first.Socket : first.Http, new RpcOptions { Retries = 0 }));
        var trouble = new TaskCompletionSource<RpcException>(TaskCreationOptions.RunContinuationsAsynchronously);
        var follower = Follower(client, emitter, Quick with { OnTrouble = e => trouble.TrySetResult(e), MaxPause = TimeSpan.FromMilliseconds(100) });
        var seen = new FollowedLogs();
        await seen.ReadUntilAsync(follower, () => seen.Values.Length == 1);
        var reading = seen.ReadUntilAsync(follower, () => seen.Values.SequenceEqual(new byte[] { 2 }));
        await first.DisposeAsync();
        Assert.True((await trouble.Task.WaitAsync(TimeSpan.FromSeconds(10), Token)).IsTransient);

        // The chain that comes back has lost its blocks, which is as deep a reorganization as there can be.
        await using var second = await DevChain.StartAsync(program, first.Http.Port);
        await second.MineAsync(4);
        Assert.Equal(emitter, await second.DeployAsync(Emitter.InitCode));
        await second.SendAsync(emitter, Emitter.Emit(1, 2));
        await reading;
    }

    [Fact]
    public async Task Says_why_it_waits_where_blocks_do_not_follow_each_other_and_goes_on_when_they_do()
    {
        await using var chain = await DevChain.StartAsync(ChainProgram.Hardhat);
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var snapshot = await chain.SnapshotAsync();
        // Blocks that Hardhat makes at once have no parents.
        await chain.RequestAsync("hardhat_mine", "0x20");
        var trouble = new TaskCompletionSource<RpcException>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new FollowedLogs();
        var reading = seen.ReadUntilAsync(Follower(chain.Client, emitter, Quick with { OnTrouble = e => trouble.TrySetResult(e) }), () => seen.Values.Length == 1);
        Assert.Matches($"gives block [0-9]+ the parent {Hash256.Zero}, but block [0-9]+ is 0x[0-9a-f]{{64}}", (await trouble.Task.WaitAsync(Token)).Message);
        Assert.False(reading.IsCompleted);
        await chain.RevertAsync(snapshot);
        await chain.SendAsync(emitter, Emitter.Emit(1, 7));
        await reading;
        Assert.Equal([7], seen.Values);
    }

    private static LogFollower Follower(EthereumClient client, Address emitter, FollowOptions options) =>
        new(client, new LogFilter { Addresses = [emitter] }, options);
}
