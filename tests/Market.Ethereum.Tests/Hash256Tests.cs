using System.Text;
using System.Text.Json;
using CsCheck;

namespace Market.Ethereum;

public sealed class Hash256Tests
{
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Keccak_is_the_one_of_Ethereum(string text, string hash) =>
        Assert.Equal(hash, Keccak256.Hash(Encoding.ASCII.GetBytes(text)).ToString());

    [Theory]
    [InlineData("0x12")]
    [InlineData("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("0xZ5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    public void Refuses_what_is_not_a_hash(string text)
    {
        Assert.Throws<EthereumException>(() => Hash256.Parse(text));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Hash256>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void Bytes_text_and_json_agree() => Gen.Byte.Array[32].Sample(bytes =>
    {
        var hash = new Hash256(bytes);
        Assert.Equal(bytes, hash.ToArray());
        Assert.Equal(hash, Hash256.Parse(hash.ToString()));
        Assert.Equal(hash, JsonSerializer.Deserialize<Hash256>(JsonSerializer.Serialize(hash)));
    });
}
