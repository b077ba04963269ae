using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CsCheck;

namespace Market.Ethereum.Abi;

public sealed class AbiTests
{
    private static readonly JsonElement Contract = Vectors.Document("contract.json");
    private static readonly ContractAbi Abi = ContractAbi.Parse(Contract.GetProperty("abi").GetRawText());

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[99999999999]")]
    [InlineData("tuple")]
    [InlineData("fixed128x18")]
    [InlineData("")]
    public void Refuses_types_that_do_not_exist(string type) => Assert.Throws<EthereumException>(() => AbiType.Parse(type));

    [Theory]
    [InlineData("uint8", "0x0000000000000000000000000000000000000000000000000000000000000100")]
    [InlineData("int8", "0x0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("bool", "0x0000000000000000000000000000000000000000000000000000000000000002")]
    [InlineData("address", "0x0000000000000000000000010000000000000000000000000000000000000000")]
    [InlineData("bytes4", "0x0000000001000000000000000000000000000000000000000000000000000000")]
    [InlineData("bytes", "0x0000000000000000000000000000000000000000000000000000000000000020ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("bytes", "0x0000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000007fffffff")]
    [InlineData("bytes", "0x00000000000000000000000000000000000000000000000000000000ffffffff")]
    [InlineData("uint256[]", "0x00000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000002")]
    [InlineData("string", "0x00000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000001ff00000000000000000000000000000000000000000000000000000000000000")]
    public void Refuses_words_that_their_type_cannot_hold(string type, string data) =>
        Assert.Throws<EthereumException>(() => AbiCodec.Decode([AbiType.Parse(type)], Hex.Decode(data)));

    [Fact]
    public void Refuses_small_data_that_stand_for_a_huge_value()
    {
        // An array of 1,000 arrays that all begin at the same 1,000 arrays, three deep: a thousand million elements.
        var type = AbiType.Parse("uint256[][][]");
        byte[] level = new byte[32 * 1001];
        new BigInteger(1000).ToByteArray(true, true).CopyTo(level, 30);
        byte[] data = [.. new AbiWriter().WriteUInt(32).ToArray(), .. level, .. level, .. level];
        for (int i = 0; i < 2; i++)
        {
            for (int j = 1; j <= 1000; j++)
            {
                new BigInteger(32 * 1000).ToByteArray(true, true).CopyTo(data, 32 + (i * level.Length) + (32 * j) + 30);
            }
        }

        Assert.Contains("more than once", Assert.Throws<EthereumException>(() => AbiCodec.Decode([type], data)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes[]", 320)]
    [InlineData("string[2]", 320)]
    [InlineData("(uint8[],uint8[])", 10)]
    public void Refuses_values_that_share_bytes_and_are_larger_than_the_data(string text, ulong length)
    {
        AbiType type = text[0] == '('
            ? AbiType.Parse("tuple", [new AbiParameter("a", AbiType.Parse("uint8[]")), new AbiParameter("b", AbiType.Parse("uint8[]"))])
            : AbiType.Parse(text);
        AbiWriter shared = new AbiWriter().WriteUInt(32);
        shared = type.Kind == AbiKind.Array ? shared.WriteUInt(2) : shared;
        byte[] data = [.. shared.WriteUInt(64).WriteUInt(64).WriteUInt(length).ToArray(), .. new byte[320]];
        Assert.Contains("more than once", Assert.Throws<EthereumException>(() => AbiCodec.Decode([type], data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encodes_and_decodes_as_viem_and_ethers_do() => Assert.All(Vectors.Read("abi.json"), vector =>
    {
        AbiType[] types = [.. vector.GetProperty("types").EnumerateArray().Select(Type)];
        object[] values = [.. types.Zip(vector.GetProperty("values").EnumerateArray(), Value)];
        Assert.Equal(vector.Text("encoded"), Hex.Encode(AbiCodec.Encode(types, values)));
        Assert.Equal(values, AbiCodec.Decode(types, vector.Bytes("encoded")));
    });

    [Fact]
    public void Data_cut_or_changed_anywhere_are_refused_or_other_values()
    {
        (AbiType[] Types, byte[] Data)[] vectors = [.. Vectors.Read("abi.json").Select(v => (v.GetProperty("types").EnumerateArray().Select(Type).ToArray(), v.Bytes("encoded")))];
        Gen.Int[0, vectors.Length - 1].Select(i => vectors[i]).Select(Gen.Double.Unit, Gen.Byte[1, 255]).Sample((vector, where, change) =>
        {
            int at = (int)(where * (vector.Data.Length - 1));
            Assert.Throws<EthereumException>(() => AbiCodec.Decode(vector.Types, vector.Data.AsSpan(0, at)));
            byte[] changed = [.. vector.Data];
            changed[at] ^= change;
            try
            {
                AbiCodec.Decode(vector.Types, changed);
            }
            catch (EthereumException)
            {
                // Refused: what is wanted.
            }
        }, iter: 2000);
    }

    [Fact]
    public void Calls_events_and_errors_are_those_of_viem()
    {
        JsonElement call = Contract.GetProperty("call");
        AbiEntry post = Abi.Function("post");
        object[] arguments = [.. post.Inputs.Zip(["point", "roots", "pair"], (i, name) => Value(i.Type, call.GetProperty(name)))];
        Assert.Equal(call.Text("data"), Hex.Encode(post.EncodeCall(arguments)));

        AbiEntry posted = Abi.Entries.Single(e => e.Kind == "event");
        Hash256[] topics = [.. Contract.GetProperty("event").GetProperty("topics").EnumerateArray().Select(t => Hash256.Parse(t.GetString()!))];
        IReadOnlyList<object> values = posted.DecodeLog(topics, Contract.GetProperty("event").Bytes("data"));
        Assert.Equal(topics[1].ToArray(), values[0]);
        Assert.Equal(topics[2], values[1]);
        Assert.Equal(new BigInteger(99), values[3]);
        Assert.Throws<EthereumException>(() => posted.DecodeLog(topics[..2], []));

        Assert.Equal(("TooLittle", "3 5"), Error("error"));
        Assert.Equal(("Error", "no money"), Error("reason"));
        Assert.Equal(("Panic", "17"), Error("panic"));
        Assert.Null(Abi.DecodeError([1, 2, 3, 4]));
        Assert.Null(Abi.DecodeError(Contract.Bytes("error").AsSpan(0, 20)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[{\"type\":\"function\",\"inputs\":[{\"type\":\"uint7\"}]}]")]
    [InlineData("no")]
    public void Refuses_what_is_not_an_ABI(string json) => Assert.Throws<EthereumException>(() => ContractAbi.Parse(json));

    private static (string Name, string Arguments) Error(string vector) =>
        Abi.DecodeError(Contract.Bytes(vector)) is { } decoded ? (decoded.Error.Name, string.Join(' ', decoded.Arguments)) : default;

    private static AbiType Type(JsonElement type) => AbiType.Parse(type.Text("type"), Components(type));

    private static AbiParameter[]? Components(JsonElement type) =>
        type.TryGetProperty("components", out JsonElement members) ? [.. members.EnumerateArray().Select(m => new AbiParameter(m.Text("name"), Type(m)))] : null;

    private static object Value(AbiType type, JsonElement value) => type.Kind switch
    {
        AbiKind.UInt or AbiKind.Int => BigInteger.Parse(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), CultureInfo.InvariantCulture),
        AbiKind.Bool => value.GetBoolean(),
        AbiKind.Address => Address.Parse(value.GetString()!),
        AbiKind.FixedBytes or AbiKind.Bytes => Hex.Decode(value.GetString()!),
        AbiKind.String => value.GetString()!,
        AbiKind.Tuple when value.ValueKind == JsonValueKind.Object => type.Components!.Select(c => Value(c.Type, value.GetProperty(c.Name))).ToArray(),
        AbiKind.Tuple => type.Components!.Zip(value.EnumerateArray(), (c, v) => Value(c.Type, v)).ToArray(),
        _ => value.EnumerateArray().Select(v => Value(type.Element!, v)).ToArray(),
    };
}
