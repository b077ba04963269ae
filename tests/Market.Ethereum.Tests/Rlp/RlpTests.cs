using System.Text.Json;
using CsCheck;

namespace Market.Ethereum.Rlp;

public sealed class RlpTests
{
    [Theory]
    [InlineData("0x", "ends where")]
    [InlineData("0x8100", "expected the byte alone")]
    [InlineData("0xb800", "leading zero")]
    [InlineData("0xb80100", "expected the short")]
    [InlineData("0xb90038", "leading zero")]
    [InlineData("0x83aabb", "but 2 are left")]
    [InlineData("0xbbffffffff", "but 0 are left")]
    [InlineData("0xbfffffffffffffffff", "over 4 bytes")]
    [InlineData("0xc0", "expected a string")]
    public void Refuses_what_is_not_the_one_encoding_of_a_string(string rlp, string reason) =>
        Assert.Contains(reason, Assert.Throws<EthereumException>(() => new RlpReader(Hex.Decode(rlp)).ReadBytes().ToArray()).Message, StringComparison.Ordinal);

    [Fact]
    public void Writes_and_reads_as_ethers_does() => Assert.All(Vectors.Read("rlp.json"), vector =>
    {
        Assert.Equal(vector.Text("rlp"), Hex.Encode(Write(new RlpWriter(), vector.GetProperty("value")).ToArray()));
        var reader = new RlpReader(vector.Bytes("rlp"));
        Check(ref reader, vector.GetProperty("value"));
        reader.End();
    });

    [Fact]
    public void Random_bytes_are_read_or_refused() => Gen.Byte.Array[0, 80].Sample(bytes =>
    {
        try
        {
            var reader = new RlpReader(bytes);
            while (!reader.AtEnd)
            {
                RlpReader list = reader.ReadList();
                list.ReadNumber();
            }
        }
        catch (EthereumException)
        {
            // A refusal is what is wanted; any other exception fails the property.
        }
    });

    private static RlpWriter Write(RlpWriter writer, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? writer.Write(Hex.Decode(value.GetString()!))
        : writer.WriteList(list =>
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                Write(list, item);
            }
        });

    private static void Check(ref RlpReader reader, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(value.GetString(), Hex.Encode(reader.ReadBytes()));
            return;
        }

        RlpReader list = reader.ReadList();
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(ref list, item);
        }

        list.End();
    }
}
