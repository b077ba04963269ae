using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CsCheck;
using Market.Ethereum.Keys;

namespace Market.Ethereum.Transactions;

public sealed class TransactionTests
{
    [Theory]
    [InlineData("0x")]
    [InlineData("0x03c0")]
    [InlineData("0xf86b")]
    [InlineData("0x02c0")]
    public void Refuses_other_types_and_other_bytes(string raw) => Assert.Throws<EthereumException>(() => Transaction.Decode(Hex.Decode(raw)));

    [Fact]
    public void Signs_and_reads_as_viem_and_ethers_do() => Assert.All(Vectors.Read("transactions.json"), vector =>
    {
        Transaction transaction = Read(vector);
        using PrivateKey key = PrivateKey.Parse(vector.Text("key"));
        Assert.Equal(vector.Text("signingHash"), transaction.SigningHash().ToString());
        SignedTransaction signed = transaction.Sign(key);
        Assert.Equal(vector.Text("raw"), Hex.Encode(signed.Raw.Span));
        Assert.Equal(vector.Text("hash"), signed.Hash.ToString());
        SignedTransaction decoded = Transaction.Decode(signed.Raw.Span);
        Assert.Equal(key.Address, decoded.Sender);
        Assert.Equal(signed.Hash, decoded.Transaction.Sign(key).Hash);
    });

    [Fact]
    public void A_transaction_cut_or_changed_anywhere_is_refused_or_another_senders()
    {
        JsonElement vector = Vectors.Read("transactions.json").First();
        byte[] raw = vector.Bytes("raw");
        Address sender = Transaction.Decode(raw).Sender;
        Gen.Int[0, raw.Length - 1].Select(Gen.Byte[1, 255]).Sample((at, change) =>
        {
            Assert.Throws<EthereumException>(() => Transaction.Decode(raw.AsSpan(0, at)));
            byte[] changed = [.. raw];
            changed[at] ^= change;
            try
            {
                Assert.NotEqual(sender, Transaction.Decode(changed).Sender);
            }
            catch (EthereumException)
            {
                // Refused: what is wanted.
            }
        }, iter: 500);
    }

    private static Transaction Read(JsonElement v) => new()
    {
        ChainId = v.GetProperty("chainId").GetUInt64(),
        Nonce = v.GetProperty("nonce").GetUInt64(),
        MaxPriorityFeePerGas = v.TryGetProperty("maxPriorityFeePerGas", out JsonElement tip) ? Number(tip) : null,
        MaxFeePerGas = Number(v.TryGetProperty("maxFeePerGas", out JsonElement fee) ? fee : v.GetProperty("gasPrice")),
        GasLimit = (ulong)Number(v.GetProperty("gas")),
        To = v.GetProperty("to").GetString() is { } to ? Address.Parse(to) : null,
        Value = Number(v.GetProperty("value")),
        Data = v.Bytes("data"),
        AccessList = [.. v.GetProperty("accessList").EnumerateArray().Select(e => new AccessListEntry(
            Address.Parse(e.Text("address")), [.. e.GetProperty("storageKeys").EnumerateArray().Select(k => Hash256.Parse(k.GetString()!))]))],
    };

    private static BigInteger Number(JsonElement text) => BigInteger.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
