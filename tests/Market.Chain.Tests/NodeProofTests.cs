using Market.Chain.Tests.State;
using Market.Ethereum.Keys;

namespace Market.Chain;

/// <summary>What a machine gives to a wallet that will stake for it.</summary>
public sealed class NodeProofTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x12")]
    [InlineData("not hexadecimal at all")]
    public void Other_texts_are_none(string? text) => Assert.False(NodeProof.TryParse(text, out _));

    [Fact]
    public async Task Holds_for_its_owner_alone_and_reads_back()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var market = await RandomMarket.StartAsync(members: 0);
        var contract = new MarketContract(market.Chain.Client, market.Deployment);
        using PrivateKey node = PrivateKey.Generate(), owner = PrivateKey.Generate();
        var text = (await NodeProof.SignAsync(contract, node, owner.Address, stop)).ToString();
        Assert.True(NodeProof.TryParse(text, out var proof));
        Assert.Equal((node.Address, text), (proof.Node, proof.ToString()));
        Assert.True(await proof.HoldsForAsync(contract, owner.Address, stop));
        Assert.False(await proof.HoldsForAsync(contract, node.Address, stop));
        Assert.False(await (proof with { Node = owner.Address }).HoldsForAsync(contract, owner.Address, stop));
        Assert.False(NodeProof.TryParse(text[..^2] + "1d", out _));
    }
}
