using System.Numerics;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Abi;

namespace Market.Chain;

/// <summary>The generated bindings against the ABI read at run time: two ways to the same bytes.</summary>
public sealed class BindingsTests
{
    private static readonly ContractAbi Abi = ContractAbi.Parse(System.Text.Json.JsonDocument.Parse(File.ReadAllText(Checkout.At("contracts/abi/Market.json"))).RootElement.GetProperty("abi").GetRawText());

    private static readonly JobSpec Spec = new(Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), 3, Keccak256.Hash([1]), 24, 3, 1_000_000_000, 5, 7, 1000, 1000, 1, 99, 100);

    private static readonly object[] SpecValues =
    [
        Spec.Requester, new BigInteger(3), Spec.Bundle.ToArray(), new BigInteger(24), new BigInteger(3), new BigInteger(1_000_000_000), new BigInteger(5),
        new BigInteger(7), new BigInteger(1000), new BigInteger(1000), new BigInteger(1), new BigInteger(99), new BigInteger(100),
    ];

    [Fact]
    public void Calls_are_encoded_as_the_ABI_says()
    {
        Assert.Equal(Abi.Function("post").EncodeCall([SpecValues]), MarketCalls.Post(Spec));
        Assert.Equal(Abi.Function("claim").EncodeCall(SpecValues, new BigInteger(2)), MarketCalls.Claim(Spec, 2));
        Hash256[] path = [Keccak256.Hash([2]), Keccak256.Hash([3])];
        Assert.Equal(
            Abi.Function("answerLeaf").EncodeCall(SpecValues, new BigInteger(1), BigInteger.Zero, path[0].ToArray(), path.Select(p => (object)p.ToArray()).ToArray()),
            MarketCalls.AnswerLeaf(Spec, 1, 0, path[0], path));
    }

    [Fact]
    public void Events_are_decoded_as_the_ABI_says()
    {
        AbiEntry posted = Abi.Entries.Single(e => e.Name == "JobPosted");
        Hash256 id = Keccak256.Hash([4]), who = new([.. new byte[12], .. Spec.Requester.ToArray()]);
        byte[] data = AbiCodec.Encode([.. posted.Inputs.Where(i => !i.Indexed).Select(i => i.Type)], [SpecValues, new BigInteger(11), new BigInteger(12)]);
        Assert.Equal(new MarketEvent.JobPosted(id, Spec.Requester, Spec, 11, 12), MarketEvent.Decode([posted.Topic, id, who], data));
        Assert.Null(MarketEvent.Decode([id], data));
        Assert.Throws<EthereumException>(() => MarketEvent.Decode([posted.Topic, id], data));
        Assert.Throws<EthereumException>(() => MarketEvent.Decode([posted.Topic, id, who], data.AsSpan(0, 100)));
    }

    [Fact]
    public void Refusals_are_decoded_with_both_values()
    {
        AbiEntry error = Abi.Entries.Single(e => e.Name == "CreditTooLittle");
        byte[] data = [.. error.Selector, .. AbiCodec.Encode([.. error.Inputs.Select(i => i.Type)], [new BigInteger(3), new BigInteger(5)])];
        Assert.Equal(new MarketError.CreditTooLittle(3, 5), MarketError.Decode(data));
        Assert.Null(MarketError.Decode([1, 2, 3, 4]));
        Assert.Null(MarketError.Decode([]));
    }
}
