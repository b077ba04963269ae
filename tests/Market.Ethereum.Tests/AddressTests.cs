using CsCheck;

namespace Market.Ethereum;

public sealed class AddressTests
{
    // From EIP-55's own list.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Prints_the_checksum_of_EIP_55(string text)
    {
        Assert.Equal(text, Address.Parse(text).ToString());
        Assert.Equal(text, Address.Parse(text.ToLowerInvariant()).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    public void Refuses_what_is_not_an_address(string text) =>
        Assert.Contains("is not an address", Assert.Throws<EthereumException>(() => Address.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_wrong_checksum_and_says_the_right_one() =>
        Assert.Contains("expected '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'", Assert.Throws<EthereumException>(() => Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_text_and_order_agree() => Gen.Byte.Array[20].Select(Gen.Byte.Array[20]).Sample((a, b) =>
    {
        Assert.Equal(a, new Address(a).ToArray());
        Assert.Equal(new Address(a), Address.Parse(new Address(a).ToString()));
        Assert.Equal(Math.Sign(a.AsSpan().SequenceCompareTo(b)), new Address(a).CompareTo(new Address(b)));
    });
}
