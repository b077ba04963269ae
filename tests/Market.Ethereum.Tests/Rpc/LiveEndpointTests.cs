using System.Numerics;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;

namespace Market.Ethereum.Tests.Rpc;

public sealed class LiveEndpointTests(DevChains chains) : IClassFixture<DevChains>
{
    private static readonly Address Funded = DevChain.Funded;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Gives_the_bytes_of_a_revert(ChainProgram program)
    {
        var emitter = await chains[program].DeployAsync(Emitter.InitCode);
        var call = new CallRequest { From = Funded, To = emitter, Data = Emitter.Revert(7) };
        var client = chains[program].Client;
        var tried = await Assert.ThrowsAsync<RpcException>(() => client.CallAsync(call, cancellationToken: Token));
        var estimated = await Assert.ThrowsAsync<RpcException>(() => client.EstimateGasAsync(call, Token));
        Assert.All([tried, estimated], e =>
        {
            Assert.Equal(RpcErrorKind.Revert, e.Kind);
            Assert.Equal(Emitter.Revert(7)[32..], e.RevertData.ToArray());
        });
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Says_that_the_endpoint_does_not_know_a_method(ChainProgram program)
    {
        var e = await Assert.ThrowsAsync<RpcException>(() => chains[program].Client.Rpc.CallAsync(RpcCall.Read("eth_nonsense"), Token));
        Assert.Equal(RpcErrorKind.MethodAbsent, e.Kind);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Reads_headers_accounts_and_fees_over_both_transports(ChainProgram program)
    {
        await chains[program].MineAsync(3);
        foreach (var endpoint in new[] { chains[program].Http, chains[program].Socket })
        {
            await using var client = await EthereumClient.ConnectAsync(endpoint, DevChain.ChainId, cancellationToken: Token);
            var height = await client.BlockNumberAsync(Token);
            var head = await client.GetBlockAsync(BlockTag.Latest, Token);
            var parents = await client.GetBlocksAsync([height - 1, height, height + 1000], Token);
            Assert.Equal(height, head!.Number);
            Assert.Equal(head.ParentHash, parents[0]!.Hash);
            Assert.Equal(head, parents[1]);
            Assert.Null(parents[2]);
            Assert.True(await client.GetBalanceAsync(Funded, cancellationToken: Token) > BigInteger.Pow(10, 20));
            Assert.Equal(await client.GetTransactionCountAsync(Funded, cancellationToken: Token), await client.GetTransactionCountAsync(Funded, BlockTag.Pending, Token));
            Assert.True((await client.GetCodeAsync(Funded, cancellationToken: Token)).IsEmpty);
            var fees = await client.FeeHistoryAsync(2, [10, 50], Token);
            Assert.Equal(3, fees.BaseFeePerGas.Count);
            Assert.All(fees.Reward, tips => Assert.Equal(2, tips.Count));
        }
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Reads_the_logs_and_the_receipt_of_a_transaction(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var receipt = await chain.SendAsync(emitter, Emitter.Emit(1, 2));
        Assert.True(receipt.Succeeded);
        Assert.Equal(Funded, receipt.From);
        Assert.Equal(emitter, receipt.To);
        Assert.Equal(await chain.Client.GetTransactionCountAsync(Funded, cancellationToken: Token) - 1, await chain.Client.GetTransactionNonceAsync(receipt.TransactionHash, Token));
        Assert.Null(await chain.Client.GetTransactionNonceAsync(receipt.BlockHash, Token));
        var log = Assert.Single(receipt.Logs);
        Assert.Equal(Emitter.Emit(1, 2)[32..], log.Data.ToArray());
        Assert.Equal(receipt.BlockHash, log.BlockHash);

        var filter = new LogFilter { Addresses = [emitter], Topics = [log.Topics] };
        var logs = await chain.Client.GetLogsAsync(filter, 0, receipt.BlockNumber, Token);
        Assert.Equal(log.LogIndex, Assert.Single(logs).LogIndex);
        Assert.True(filter.Accepts(logs[0]));
        var other = filter with { Topics = [[receipt.BlockHash]] };
        Assert.Empty(await chain.Client.GetLogsAsync(other, 0, receipt.BlockNumber, Token));
        Assert.False(other.Accepts(logs[0]));
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Tells_of_new_heads_by_WebSocket(ChainProgram program)
    {
        // A chain of its own: one that others revert may tell of no head until it is higher than before.
        await using var chain = await DevChain.StartAsync(program);
        await using var client = new JsonRpcClient(chain.Socket);
        await using var heads = client.SubscribeAsync("newHeads", Token).GetAsyncEnumerator(Token);
        var next = heads.MoveNextAsync();

        // Calls travel on the same socket, so once this one is answered the subscription stands.
        await client.CallAsync(RpcCall.Read("eth_chainId"), Token);
        await chain.MineAsync();
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token));
        Assert.StartsWith("0x", heads.Current.GetProperty("hash").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat)]
    [InlineData(ChainProgram.Anvil)]
    public async Task Ends_subscriptions_and_connects_again_when_the_endpoint_restarts(ChainProgram program)
    {
        var first = await DevChain.StartAsync(program);
        await using var client = new EthereumClient(new JsonRpcClient(first.Socket, new RpcOptions { Retries = 0 }));
        await using var heads = client.Rpc.SubscribeAsync("newHeads", Token).GetAsyncEnumerator(Token);
        var next = heads.MoveNextAsync();
        Assert.Equal(DevChain.ChainId, await client.ChainIdAsync(Token));
        await first.DisposeAsync();
        var end = await Assert.ThrowsAsync<RpcException>(async () => await next);
        Assert.Equal(RpcErrorKind.Disconnected, end.Kind);
        Assert.Equal(RpcErrorKind.Absent, (await Assert.ThrowsAsync<RpcException>(() => client.ChainIdAsync(Token))).Kind);

        await using var second = await DevChain.StartAsync(program, first.Socket.Port);
        Assert.Equal(DevChain.ChainId, await client.ChainIdAsync(Token));
    }
}
