using CsCheck;
using Market.Libp2p.Identify;

namespace Market.Libp2p.Tests.Identify;

public sealed class IdentifyMessageTests
{
    private static readonly IdentifyMessage Full = new(
        PublicKey.FromRaw(KeyType.Secp256k1, Convert.FromHexString("037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")),
        [Multiaddr.Parse("/ip4/1.2.3.4/tcp/5"), Multiaddr.Parse("/ip6/2001:db8::1/tcp/6")],
        ["/a/1", "/b/1"], Multiaddr.Parse("/ip4/9.8.7.6/tcp/5"), "ipfs/0.1.0", "agent/1");

    [Fact]
    public void Reads_back_what_it_writes()
    {
        var back = IdentifyMessage.Decode(Full.Encode());
        Assert.Equal((Full.Key, Full.Observed, Full.ProtocolVersion, Full.Agent), (back.Key, back.Observed, back.ProtocolVersion, back.Agent));
        Assert.Equal(Full.Listen, back.Listen);
        Assert.Equal(Full.Protocols, back.Protocols);
    }

    [Fact]
    public void What_a_later_message_does_not_say_stays()
    {
        var merged = Full.Merge(new IdentifyMessage(null, [], ["/c/1"], null, null, "agent/2"));
        Assert.Equal((Full.Key, Full.Observed, "agent/2"), (merged.Key, merged.Observed, merged.Agent));
        Assert.Equal(Full.Listen, merged.Listen);
        Assert.Equal(["/c/1"], merged.Protocols);
    }

    [Fact]
    public void An_address_of_an_unknown_kind_is_left_out_and_the_rest_is_read()
    {
        byte[] unknown = [0x12, 3, 0xff, 0xff, 0x01];
        Assert.Equal(Full.Listen, IdentifyMessage.Decode([.. unknown, .. Full.Encode()]).Listen);
    }

    [Fact]
    public void Any_change_of_a_message_is_read_within_the_bounds_or_refused() =>
        Gen.Select(Gen.Int[0, 200], Gen.Byte.Array[0, 20], Gen.Int[0, 20]).Sample((at, put, cut) =>
        {
            List<byte> bytes = [.. Full.Encode()];
            at %= bytes.Count;
            bytes.RemoveRange(at, Math.Min(cut, bytes.Count - at));
            bytes.InsertRange(at, put);
            try
            {
                var message = IdentifyMessage.Decode(bytes.ToArray());
                Assert.InRange(message.Protocols.Length, 0, IdentifyMessage.MostProtocols);
                Assert.InRange(message.Listen.Length, 0, 32);
            }
            catch (Libp2pException e)
            {
                Assert.Equal(Libp2pReason.Malformed, e.Reason);
            }
        }, iter: 5000);
}
