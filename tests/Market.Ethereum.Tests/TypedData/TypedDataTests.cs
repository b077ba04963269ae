using System.Text.Json;
using Market.Ethereum.Keys;

namespace Market.Ethereum.TypedData;

public sealed class TypedDataTests
{
    // The example of EIP-712 itself is the first vector; its hash stands in the EIP.
    [Fact]
    public void Hashes_the_example_of_EIP_712() =>
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Parse(Vectors.Read("typed-data.json").First()).SigningHash().ToString());

    [Fact]
    public void Signs_as_viem_and_ethers_do() => Assert.All(Vectors.Read("typed-data.json"), vector =>
    {
        using PrivateKey key = PrivateKey.Parse(vector.Text("key"));
        Hash256 hash = Parse(vector).SigningHash();
        Assert.Equal(vector.Text("hash"), hash.ToString());
        Assert.Equal(vector.Text("signature"), Hex.Encode(key.Sign(hash).ToArray()));
    });

    [Theory]
    [InlineData("\"contents\":\"Hello, Bob!\"", "\"content\":\"\"", "lack 'contents'")]
    [InlineData("\"primaryType\":\"Mail\"", "\"primaryType\":\"Male\"", "do not define")]
    [InlineData("\"chainId\":1", "\"chainId\":-1", "does not fit")]
    [InlineData("\"chainId\":1", "\"chainId\":\"x\"", "not EIP-712")]
    public void Refuses_documents_that_do_not_fit_their_types(string found, string replaced, string reason)
    {
        string json = JsonSerializer.Serialize(Vectors.Read("typed-data.json").First().GetProperty("document")).Replace(found, replaced, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<EthereumException>(() => TypedDataDocument.Parse(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_types_that_contain_themselves_without_end()
    {
        const string Json = """{"types":{"EIP712Domain":[],"A":[{"name":"a","type":"A[]"}]},"primaryType":"A","domain":{},"message":{"a":[]}}""";
        Assert.NotEqual(Hash256.Zero, TypedDataDocument.Parse(Json).SigningHash());
        string deep = Json.Replace("[]}}", string.Concat(Enumerable.Repeat("[{\"a\":", 40)) + "[]" + string.Concat(Enumerable.Repeat("}]", 40)) + "}}", StringComparison.Ordinal);
        Assert.Throws<EthereumException>(() => TypedDataDocument.Parse(deep));
    }

    private static TypedDataDocument Parse(JsonElement vector) => TypedDataDocument.Parse(vector.GetProperty("document").GetRawText());
}
