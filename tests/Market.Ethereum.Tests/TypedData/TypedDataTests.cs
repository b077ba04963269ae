using System.Text.Json;
using CsCheck;
using Market.Ethereum.Abi;
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
    [InlineData("\"chainId\":1", "\"chainId\":\"0x\"", "not EIP-712")]
    [InlineData("\"chainId\":1", "\"chainId\":111111111111111111111111111111111111111111111111111111111111111111111111111111111", "expected at most 80")]
    [InlineData("\"name\":\"contents\"", "\"name\":\"contents,uint256 more\"", "expected an identifier")]
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

    [Fact]
    public void Reads_a_chain_of_thousands_of_types_without_recursion()
    {
        string chain = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{"name":"a","type":"T{{i + 1}}[]"}""").Select((member, i) => $"\"T{i}\":[{member}]"));
        string json = $$$"""{"types":{"EIP712Domain":[],{{{chain}}},"T20000":[]},"primaryType":"T0","domain":{},"message":{"a":[]}}""";
        Assert.NotEqual(Hash256.Zero, TypedDataDocument.Parse(json).SigningHash());
    }

    [Fact]
    public void A_document_that_is_written_here_hashes_as_its_parts_do()
    {
        var domain = new TypedDataDomain("Market", "1", 31337, Address.Zero, new Hash256([.. Enumerable.Repeat((byte)7, 32)]));
        var document = TypedDataDocument.Parse(TypedDataDocument.Write(domain, "Wish", new("address", "node", Address.Zero.ToString()), new("string", "says", "\"0.5\" tokens"), new("uint64", "at", "12")));
        var members = new AbiWriter().WriteAddress(Address.Zero).WriteHash(Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes("\"0.5\" tokens"))).WriteUInt(12);
        Assert.Equal((domain.Separator(), "Wish"), (document.DomainSeparator, document.PrimaryType));
        Assert.Equal(domain.SigningHash(TypedDataDomain.HashStruct("Wish(address node,string says,uint64 at)", members)), document.SigningHash());
    }

    [Fact]
    public void A_domain_in_code_has_the_separator_of_its_document() => Assert.All(Vectors.Read("typed-data.json"), vector =>
    {
        JsonElement domain = vector.GetProperty("document").GetProperty("domain");
        var inCode = new TypedDataDomain(
            domain.Text("name"), domain.Text("version"), domain.GetProperty("chainId").GetUInt64(), Address.Parse(domain.Text("verifyingContract")),
            domain.TryGetProperty("salt", out JsonElement salt) ? Hash256.Parse(salt.GetString()!) : null);
        Assert.Equal(Parse(vector).DomainSeparator, inCode.Separator());
    });

    [Fact]
    public void A_message_hashed_in_code_is_the_example_of_EIP_712()
    {
        const string Person = "Person(string name,address wallet)";
        Hash256 from = Party("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"), to = Party("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB");
        Hash256 mail = TypedDataDomain.HashStruct(
            "Mail(Person from,Person to,string contents)" + Person,
            new AbiWriter().WriteHash(from).WriteHash(to).WriteHash(Keccak256.Hash("Hello, Bob!"u8)));
        var domain = new TypedDataDomain("Ether Mail", "1", 1, Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", domain.SigningHash(mail).ToString());

        static Hash256 Party(string name, string wallet) => TypedDataDomain.HashStruct(
            Person, new AbiWriter().WriteHash(Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(name))).WriteAddress(Address.Parse(wallet)));
    }

    [Fact]
    public void A_document_cut_or_changed_anywhere_is_refused_or_another_message()
    {
        string whole = JsonSerializer.Serialize(Vectors.Read("typed-data.json").ElementAt(1).GetProperty("document"));
        Gen.Int[0, whole.Length - 1].Select(Gen.Char[' ', '~']).Sample((at, change) =>
        {
            Assert.Throws<EthereumException>(() => TypedDataDocument.Parse(whole[..at]));
            try
            {
                TypedDataDocument.Parse(string.Concat(whole.AsSpan(0, at), [change], whole.AsSpan(at + 1)));
            }
            catch (EthereumException)
            {
                // Refused: what is wanted.
            }
        }, iter: 2000);
    }

    private static TypedDataDocument Parse(JsonElement vector) => TypedDataDocument.Parse(vector.GetProperty("document").GetRawText());
}
