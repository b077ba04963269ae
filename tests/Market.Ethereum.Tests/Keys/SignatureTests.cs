using System.Text;
using System.Text.Json;
using CsCheck;

namespace Market.Ethereum.Keys;

public sealed class SignatureTests
{
    [Fact]
    public void Refuses_keys_out_of_range()
    {
        Assert.Throws<EthereumException>(() => new PrivateKey(new byte[31]));
        Assert.Throws<EthereumException>(() => new PrivateKey(new byte[32]));
        Assert.Throws<EthereumException>(() => PrivateKey.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
    }

    [Fact]
    public void A_key_is_never_printed()
    {
        string secret = new('7', 64);
        using var key = PrivateKey.Parse("0x" + secret);
        Assert.DoesNotContain("7777", key.ToString(), StringComparison.Ordinal);
        string message = Assert.Throws<EthereumException>(() => PrivateKey.Parse("0x" + secret + "z")).Message;
        Assert.DoesNotContain("7777", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_key_signs_no_more()
    {
        var key = PrivateKey.Generate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign(Hash256.Zero));
    }

    [Fact]
    public void Signs_as_ethers_does()
    {
        Assert.All(Vectors.Read("signatures.json"), vector =>
        {
            using var key = PrivateKey.Parse(vector.Text("key"));
            Assert.Equal(vector.Text("address"), key.Address.ToString());
            Assert.Equal(vector.Bytes("publicKey"), key.PublicKey.Uncompressed());
            Assert.Equal(vector.Bytes("compressed"), key.PublicKey.Compressed());
            Assert.Equal(key.PublicKey, PublicKey.FromBytes(vector.Bytes("compressed")));
            var hash = Hash256.Parse(vector.Text("hash"));
            Signature signature = key.Sign(hash);
            Assert.Equal(vector.Text("signature"), Hex.Encode(signature.ToArray()));
            Assert.Equal(key.Address, signature.Recover(hash)?.Address);
            Assert.Equal(signature, Signature.FromBytes(signature.ToArray()));
        });
    }

    [Fact]
    public void Signs_messages_as_viem_does()
    {
        foreach (JsonElement vector in Vectors.Read("messages.json"))
        {
            using var key = PrivateKey.Parse(vector.Text("key"));
            Hash256 hash = PersonalMessage.Hash(Encoding.UTF8.GetBytes(vector.Text("message")));
            Assert.Equal(vector.Text("hash"), hash.ToString());
            Assert.Equal(vector.Text("signature"), Hex.Encode(key.Sign(hash).ToArray()));
        }
    }

    [Fact]
    public void Refuses_a_signature_with_a_high_s()
    {
        using var key = PrivateKey.Generate();
        Signature low = key.Sign(Hash256.Zero);
        var order = System.Numerics.BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", System.Globalization.NumberStyles.HexNumber, null);
        var s = order - new System.Numerics.BigInteger(low.S.ToArray(), true, true);
        byte[] digits = s.ToByteArray(true, true);
        Assert.Null((low with { S = new Hash256([.. new byte[32 - digits.Length], .. digits]), YParity = (byte)(1 - low.YParity) }).Recover(Hash256.Zero));
    }

    [Fact]
    public void Random_signatures_recover_some_key_or_none_but_never_throw() =>
        Gen.Byte.Array[32].Select(Gen.Byte.Array[32], Gen.Byte).Sample((r, s, parity) => new Signature(new Hash256(r), new Hash256(s), parity).Recover(new Hash256(s)), iter: 300);

    [Fact]
    public void Random_bytes_are_a_public_key_or_refused() => Gen.Byte.Array[0, 70].Sample(bytes =>
    {
        try
        {
            PublicKey.FromBytes(bytes);
        }
        catch (EthereumException)
        {
            // A refusal is what is wanted; any other exception fails the property.
        }
    });
}
