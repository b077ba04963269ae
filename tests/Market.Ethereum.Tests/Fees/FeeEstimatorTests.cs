using System.Numerics;
using Market.Ethereum.Fees;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Rpc;

namespace Market.Ethereum.Tests.Fees;

public sealed class FeeEstimatorTests
{
    private const string Gwei10 = "0x2540be400";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_a_fee_above_the_ceiling()
    {
        await using var server = new RawServer(HostileEndpointTests.Result(
            $$"""{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x{{new string('f', 20)}}"],"gasUsedRatio":[0.5],"reward":[["0x1"]]}"""));
        await using var client = new EthereumClient(new JsonRpcClient(server.Uri));
        var e = await Assert.ThrowsAsync<EthereumException>(() => new FeeEstimator(client).EstimateAsync(Token));
        Assert.Contains("expected at most 500000000000", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"oldestBlock":"0x1","baseFeePerGas":["0x1"],"gasUsedRatio":[0.5],"reward":[["0x1"]]}""")]
    [InlineData("""{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x1"],"gasUsedRatio":["0.5"],"reward":[["0x1"]]}""")]
    [InlineData("""{"oldestBlock":"0x1","baseFeePerGas":["0x1","-0x1"],"gasUsedRatio":[0.5],"reward":[["0x1"]]}""")]
    public async Task Refuses_a_history_that_does_not_add_up(string history)
    {
        await using var server = new RawServer(HostileEndpointTests.Result(history));
        await using var client = new EthereumClient(new JsonRpcClient(server.Uri));
        var e = await Assert.ThrowsAsync<RpcException>(() => new FeeEstimator(client).EstimateAsync(Token));
        Assert.Equal(RpcErrorKind.Malformed, e.Kind);
    }

    [Theory]
    [InlineData("""[["0x1"],["0x3b9aca00"],["0x77359400"]]""", "[0,0.5,1]", 2_000_000_000)]
    [InlineData("""[["0x1"],["0x1"],["0x2"]]""", "[0.1,0.5,1]", 1_000_000)]
    [InlineData("""[["0xffffffffff"],["0xffffffffff"],["0xffffffffff"]]""", "[0,0,0]", 1_000_000)]
    public async Task Offers_twice_the_next_base_fee_and_the_median_tip_of_blocks_that_were_not_empty(string rewards, string ratios, long tip)
    {
        await using var server = new RawServer(HostileEndpointTests.Result(
            $$"""{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x2","0x3","{{Gwei10}}"],"gasUsedRatio":{{ratios}},"reward":{{rewards}}}"""));
        await using var client = new EthereumClient(new JsonRpcClient(server.Uri));
        var offer = await new FeeEstimator(client).EstimateAsync(Token);
        Assert.Equal(tip, offer.MaxPriorityFeePerGas);
        Assert.Equal(new BigInteger(20_000_000_000) + tip, offer.MaxFeePerGas);
    }
}
