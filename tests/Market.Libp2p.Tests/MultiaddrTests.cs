using System.Net;
using CsCheck;

namespace Market.Libp2p.Tests;

public sealed class MultiaddrTests
{
    private const string Id = "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY";

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("ip4/1.2.3.4")]
    [InlineData("/ip4")]
    [InlineData("/ip4/")]
    [InlineData("/ip4/1.2.3")]
    [InlineData("/ip4/01.2.3.4")]
    [InlineData("/ip4/1.2.3.4/tcp/65536")]
    [InlineData("/ip4/1.2.3.4/tcp/-1")]
    [InlineData("/ip4/1.2.3.4/tcp/ 1")]
    [InlineData("/ip6/[::1]/tcp/1")]
    [InlineData("/ip6/fe80::1%eth0")]
    [InlineData("/ip6/1.2.3.4")]
    [InlineData("/onion3/abc")]
    [InlineData("/dns4//tcp/1")]
    [InlineData("/dns4/a b/tcp/1")]
    [InlineData("/p2p/Qm")]
    public void Refuses_text_that_is_no_multiaddr(string text)
    {
        Assert.False(Multiaddr.TryParse(text, out _));
        Assert.Equal(Libp2pReason.Malformed, Assert.Throws<Libp2pException>(() => Multiaddr.Parse(text)).Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("04010203")] // cut short
    [InlineData("8400")] // code not minimal
    [InlineData("350161ff")] // unknown code after a name
    [InlineData("35ffffffff7f")] // a length of 34 GB
    [InlineData("35022f2f")] // a name with slashes
    [InlineData("a503020001")] // an id without a key
    public void Refuses_bytes_that_are_no_multiaddr(string hex)
    {
        Assert.False(Multiaddr.TryFromBytes(Convert.FromHexString(hex), out _));
        Assert.Throws<Libp2pException>(() => Multiaddr.FromBytes(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Refuses_more_parts_or_characters_than_the_limit()
    {
        Assert.False(Multiaddr.TryParse(string.Concat(Enumerable.Repeat("/tls", 33)), out _));
        Assert.False(Multiaddr.TryParse("/dns/" + new string('a', 5000), out _));
    }

    [Theory]
    [InlineData("/ip4/1.2.3.4/tcp/4001", "0401020304060fa1")]
    [InlineData("/ip6/::1/udp/53/quic-v1", "290000000000000000000000000000000191020035cd03")]
    [InlineData("/dns4/example.org/tcp/443/tls/ws", "360b6578616d706c652e6f72670601bbc003dd03")]
    [InlineData("/ip6zone/eth0/ip6/fe80::1/tcp/1", "2a046574683029fe800000000000000000000000000001060001")]
    [InlineData("/ip4/1.2.3.4/tcp/4001/p2p/" + Id, "0401020304060fa1a50327002508021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")]
    [InlineData("/dnsaddr/example.org/p2p/" + Id + "/p2p-circuit", "380b6578616d706c652e6f7267a50327002508021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99a202")]
    public void Text_and_bytes_are_two_forms_of_one_address(string text, string hex)
    {
        Assert.Equal(hex, Convert.ToHexStringLower(Multiaddr.Parse(text).Bytes));
        Assert.Equal(text, Multiaddr.FromBytes(Convert.FromHexString(hex)).ToString());
    }

    [Fact]
    public void Names_the_component_that_is_wrong() =>
        Assert.Contains("'x' is no value for 'tcp'", Assert.Throws<Libp2pException>(() => Multiaddr.Parse("/ip4/1.2.3.4/tcp/x")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_old_name_of_p2p_is_read_and_the_new_one_printed() =>
        Assert.Equal($"/p2p/{Id}", Multiaddr.Parse($"/ipfs/{Id}").ToString());

    [Fact]
    public void The_peer_is_the_last_one_named_and_can_be_replaced()
    {
        using var other = Identity.GenerateEd25519();
        var address = Multiaddr.Parse("/ip4/1.2.3.4/tcp/1");
        Assert.Null(address.PeerId);
        Assert.Equal(PeerId.Parse(Id), address.WithPeer(PeerId.Parse(Id)).PeerId);
        Assert.Equal(address.WithPeer(other.PeerId), address.WithPeer(PeerId.Parse(Id)).WithPeer(other.PeerId));
        Assert.Equal("/ip4/127.0.0.1/tcp/80", Multiaddr.FromEndPoint(new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), 80)).ToString());
    }

    [Fact]
    public void Any_bytes_are_an_address_that_prints_and_reads_back_or_are_refused()
    {
        string[] parts = ["04", "06", "29", "35", "a503", "9102", "c003", "dd03", "0401020304", "060fa1", "350161"];
        var known = Gen.Int[0, parts.Length - 1].Select(i => Convert.FromHexString(parts[i]));
        Gen.OneOf(known, Gen.Byte.Array[0, 6]).Array[0, 8].Sample(chunks =>
        {
            if (Multiaddr.TryFromBytes(chunks.SelectMany(c => c).ToArray(), out var address))
            {
                Assert.Equal(address, Multiaddr.Parse(address.ToString()));
            }
        });
    }
}
