using System.Text;
using CsCheck;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace Market.Libp2p.Tests.Keys;

public sealed class KeyTests
{
    // docs of libp2p vectors: made with js-libp2p and BouncyCastle, which agree.
    private const string Private = "0802122053dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb";
    private const string Public = "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";
    private const string Id = "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY";
    private const string Cid = "bafzaajiiaijcca3xo7uzjzcsyilaj6i54cj44qk7kqzpoao5rti2pjx6udtdbp6kte";
    private const string Signature = "3044022048cada804322ba9b1761fddd10e9e1fadc29fdf618752789ab2007dcb83d4dd1022003f746076040e24e49fb9f241addfb95215ac46d9fecc01d0daea5277532345d";

    private static readonly byte[] Message = [.. Encoding.ASCII.GetBytes("noise-libp2p-static-key:"), .. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("080012260803")] // RSA
    [InlineData("08031221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")] // ECDSA
    [InlineData("08021221057777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")] // no compressed point
    [InlineData("08021220037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca")] // cut short
    [InlineData("1221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca990802")] // fields swapped
    [InlineData("0802122102ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")] // x over the field
    [InlineData("")]
    public void Refuses_a_public_key_that_is_not_a_deterministic_secp256k1_or_ed25519_key(string hex) =>
        Assert.Equal(Libp2pReason.Malformed, Assert.Throws<Libp2pException>(() => PublicKey.Decode(Convert.FromHexString(hex))).Reason);

    [Fact]
    public void Refuses_a_huge_rsa_key_before_looking_inside() =>
        Assert.Contains("at most 42", Assert.Throws<Libp2pException>(() => PublicKey.Decode(new byte[100_000])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("01")]
    public void Refuses_a_private_key_outside_the_group(string hex) =>
        Assert.Throws<Libp2pException>(() => Identity.FromSecp256k1PrivateKey(Convert.FromHexString(hex)));

    [Fact]
    public void Refuses_the_high_s_twin_of_a_good_signature()
    {
        var key = PublicKey.Decode(Convert.FromHexString(Public));
        var der = Convert.FromHexString(Signature);
        X9ECParameters curve = CustomNamedCurves.GetByName("secp256k1");
        var high = curve.N.Subtract(new BigInteger(1, der.AsSpan(38, 32))).ToByteArray();
        byte[] twin = [0x30, (byte)(0x26 + high.Length), .. der.AsSpan(2, 34), 2, (byte)high.Length, .. high];
        Assert.True(key.Verify(Message, der));
        Assert.False(key.Verify(Message, twin));
    }

    [Fact]
    public void Refuses_every_signature_with_one_bit_changed()
    {
        using var secp = Identity.ImportPrivateKey(Convert.FromHexString(Private));
        using var edwards = Identity.GenerateEd25519();
        foreach (var identity in new[] { secp, edwards })
        {
            var signature = identity.Sign(Message);
            for (var bit = 0; bit < signature.Length * 8; bit += 5)
            {
                var changed = (byte[])signature.Clone();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(identity.PublicKey.Verify(Message, changed));
            }

            Assert.False(identity.PublicKey.Verify(Message, []));
            Assert.False(identity.PublicKey.Verify(Message, [.. signature, 0]));
            Assert.False(identity.PublicKey.Verify([.. Message, 0], signature));
        }
    }

    [Fact]
    public void Any_bytes_offered_as_key_signature_or_id_are_refused_in_an_orderly_way() =>
        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            try
            {
                PublicKey.Decode(bytes).Verify(bytes, bytes);
            }
            catch (Libp2pException e)
            {
                Assert.Equal(Libp2pReason.Malformed, e.Reason);
            }

            Assert.False(PublicKey.Decode(Convert.FromHexString(Public)).Verify(Message, bytes));
            if (PeerId.TryFromBytes(bytes, out var id))
            {
                Assert.Equal(bytes, id.Bytes);
                id.TryGetPublicKey(out _);
            }
        });

    [Fact]
    public void Gives_the_published_key_id_and_signature()
    {
        using var identity = Identity.ImportPrivateKey(Convert.FromHexString(Private));
        Assert.Equal(Public, Convert.ToHexStringLower(identity.PublicKey.Encode()));
        Assert.Equal(Id, identity.PeerId.ToString());
        Assert.Equal(Cid, identity.PeerId.ToCid());
        Assert.Equal(Signature, Convert.ToHexStringLower(identity.Sign(Message)));
        Assert.Equal(Private, Convert.ToHexStringLower(identity.ExportPrivateKey()));
        Assert.DoesNotContain("53dadf", identity.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_id_and_a_secp256k1_key_prove_each_other()
    {
        var compressed = Convert.FromHexString(Public)[4..];
        var id = PeerId.FromSecp256k1PublicKey(compressed);
        Assert.True(id.TryGetPublicKey(out var key));
        Assert.Equal(compressed, key.Data);
        Assert.Equal(PeerId.Parse(Cid), id);
        Assert.True(PeerId.Parse(Cid) == id && !(PeerId.Parse(Cid) != id) && id != null);
        Assert.True(id.Matches(key));
        using var other = Identity.GenerateEd25519();
        Assert.False(id.Matches(other.PublicKey));
    }

    [Fact]
    public void An_id_that_is_only_a_hash_holds_no_key()
    {
        var id = PeerId.Parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
        Assert.False(id.TryGetPublicKey(out _));
        Assert.Equal(34, id.Bytes.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("Qm0")]
    [InlineData("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5")]
    [InlineData("bafzaajiiaijcca3xo7uzjzcsyilaj6i54cj44qk7kqzpoao5rti2pjx6udtdbp6kt1")]
    [InlineData("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")] // codec raw
    [InlineData("z6Mk")]
    public void Refuses_text_that_is_no_peer_id(string text)
    {
        Assert.False(PeerId.TryParse(text, out _));
        Assert.Throws<Libp2pException>(() => PeerId.Parse(text));
        Assert.False(PeerId.TryParse(new string('1', 129), out _));
    }

    [Fact]
    public void Ids_of_both_types_read_back_from_all_their_forms() =>
        Gen.Byte.Array[32].Sample(seed =>
        {
            using var identity = Identity.FromEd25519PrivateKey(seed);
            using var again = Identity.ImportPrivateKey(identity.ExportPrivateKey());
            Assert.Equal(identity.PeerId, again.PeerId);
            Assert.Equal(identity.PeerId, PeerId.Parse(identity.PeerId.ToString()));
            Assert.Equal(identity.PeerId, PeerId.Parse(identity.PeerId.ToCid()));
            Assert.Equal(identity.PeerId, PeerId.FromBytes(identity.PeerId.Bytes));
            Assert.StartsWith("12D3Koo", identity.PeerId.ToString(), StringComparison.Ordinal);
            Assert.True(identity.PublicKey.Verify(seed, identity.Sign(seed)));
        }, iter: 50);
}
