using System.Security.Cryptography;

namespace Market.Libp2p.Tests;

public sealed class NodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_a_port_in_use_with_the_address_in_the_message()
    {
        await using var first = await TestNodes.ListenAsync();
        var taken = Multiaddr.Parse(first.Addresses[0].ToString().Split("/p2p/")[0]);
        var error = await TestNodes.FailsAsync(() => TestNodes.ListenAsync(o => o with { Listen = [taken] }), Libp2pReason.ListenFailed);
        Assert.Contains(taken.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_options_out_of_range_at_the_start()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TestNodes.ListenAsync(o => o with { Limits = new ResourceLimits { Connections = 0 } }));
        await Assert.ThrowsAsync<ArgumentException>(() => TestNodes.ListenAsync(o => o with { Listen = [Multiaddr.Parse("/dns4/localhost/tcp/1")] }));
        await Assert.ThrowsAsync<ArgumentException>(() => TestNodes.ListenAsync(o => o with { Bootstrap = [Multiaddr.Parse("/ip4/1.2.3.4/tcp/1")] }));
    }

    [Fact]
    public async Task Refuses_to_open_a_stream_to_a_peer_without_an_address()
    {
        await using var node = await TestNodes.ListenAsync();
        using var nobody = Identity.GenerateEd25519();
        await TestNodes.FailsAsync(() => node.OpenAsync(nobody.PeerId, ["/x"], Token), Libp2pReason.NoAddress);
        node.AddAddresses(nobody.PeerId, [Multiaddr.Parse("/ip4/127.0.0.1/udp/1/quic-v1")]);
        await TestNodes.FailsAsync(() => node.OpenAsync(nobody.PeerId, ["/x"], Token), Libp2pReason.NoAddress);
    }

    [Fact]
    public async Task Names_every_address_that_failed()
    {
        await using var node = await TestNodes.ListenAsync();
        await using var other = await TestNodes.ListenAsync();
        using var wanted = Identity.GenerateEd25519();
        node.AddAddresses(wanted.PeerId, [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), Multiaddr.Parse(other.Addresses[0].ToString().Split("/p2p/")[0])]);
        var error = await TestNodes.FailsAsync(() => node.DialAsync(wanted.PeerId, Token), Libp2pReason.DialFailed);
        Assert.Contains("/ip4/127.0.0.1/tcp/1:", error.Message, StringComparison.Ordinal);
        Assert.Contains($"expected {wanted.PeerId}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ip4/127.0.0.1")]
    [InlineData("ip6/::ffff:127.0.0.1")]
    [InlineData("dns4/localhost")]
    public async Task Dials_no_private_network_where_it_may_not_nor_a_name_that_stands_for_one(string host)
    {
        await using var node = await TestNodes.ListenAsync(o => o with { DialsPrivate = false });
        await using var other = await TestNodes.ListenAsync();
        var address = Multiaddr.Parse($"/{host}/{string.Join('/', other.Addresses[0].ToString().Split('/')[3..])}");
        var error = await TestNodes.FailsAsync(() => node.DialAsync(address, Token), Libp2pReason.DialFailed);
        Assert.Contains("127.0.0.1 is of this machine or a private network", error.Message, StringComparison.Ordinal);
        await using var free = await TestNodes.ListenAsync();
        await free.DialAsync(other.Addresses[0], Token);
        await TestNodes.UntilAsync("the other is dialled", () => other.Peers.Any(p => p.Peer == free.PeerId));
    }

    [Fact]
    public async Task Refuses_a_peer_that_proves_another_id_than_the_one_dialled()
    {
        await using var node = await TestNodes.ListenAsync();
        await using var other = await TestNodes.ListenAsync();
        using var wanted = Identity.GenerateEd25519();
        await TestNodes.FailsAsync(() => node.DialAsync(other.Addresses[0].WithPeer(wanted.PeerId), Token), Libp2pReason.WrongPeer);
        await TestNodes.UntilAsync("no connection is left", () => other.Peers.Count == 0);
    }

    [Fact]
    public async Task Refuses_its_own_id_at_the_other_end()
    {
        using var identity = Identity.GenerateEd25519();
        await using var node = await Node.StartAsync(new NodeOptions(identity), Token);
        await using var twin = await Node.StartAsync(new NodeOptions(identity) { Listen = [TestNodes.Loopback] }, Token);
        await TestNodes.FailsAsync(() => node.DialAsync(twin.Addresses[0], Token), Libp2pReason.WrongPeer);
    }

    [Fact]
    public async Task Says_that_a_protocol_is_not_supported()
    {
        await using var a = await TestNodes.ListenAsync();
        await using var b = await TestNodes.ListenAsync();
        await using var optimistic = await a.OpenAsync(b, "/nothing/1");
        await TestNodes.FailsAsync(() => optimistic.Input.ReadAsync(Token).AsTask(), Libp2pReason.ProtocolNotSupported);
        await TestNodes.FailsAsync(() => a.OpenAsync(b, "/nothing/1", "/nothing/2"), Libp2pReason.ProtocolNotSupported);
    }

    [Fact]
    public async Task Calls_after_disposal_say_so()
    {
        var a = await TestNodes.ListenAsync();
        await using var b = await TestNodes.ListenAsync();
        await using var stream = await a.OpenAsync(b, "/ipfs/ping/1.0.0");
        await a.DisposeAsync();
        await a.DisposeAsync();
        await TestNodes.FailsAsync(() => a.OpenAsync(b, "/x"), Libp2pReason.ShutDown);
        await TestNodes.FailsAsync(() => stream.Input.ReadAsync(Token).AsTask(), Libp2pReason.ConnectionLost);
        await TestNodes.UntilAsync("the other end has noticed", () => b.Peers.Count == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Echoes_over_a_stream_of_either_key_type_and_either_way_of_choosing(bool edwards)
    {
        await using var a = await TestNodes.ListenAsync(o => edwards ? new NodeOptions(Identity.GenerateEd25519()) : o);
        await using var b = await TestNodes.ListenAsync();
        PeerStream? seen = null;
        b.Handle("/echo/1", (s, t) =>
        {
            seen = s;
            return TestNodes.EchoAsync(s, t);
        });
        foreach (var protocols in new[] { ["/echo/1"], new[] { "/echo/9", "/echo/1" } })
        {
            await using var stream = await a.OpenAsync(b, protocols);
            var sent = RandomNumberGenerator.GetBytes(5_000_000);
            var reading = stream.ReadToEndAsync();
            await stream.Output.WriteAsync(sent, Token);
            await stream.CloseWriteAsync(Token);
            Assert.Equal(sent, await reading);
            Assert.Equal((b.PeerId, "/echo/1"), (stream.Remote, stream.Protocol));
            Assert.Equal(a.PeerId, seen!.Remote);
        }

        Assert.Single(a.Peers);
    }

    [Fact]
    public async Task Measures_a_ping_and_learns_what_the_other_end_says_about_itself()
    {
        await using var a = await TestNodes.ListenAsync();
        await using var b = await TestNodes.ListenAsync(o => o with { Agent = "test/1" });
        b.Handle("/x/1", TestNodes.EchoAsync);
        Assert.Equal(b.PeerId, await a.DialAsync(b.Addresses[0], Token));
        Assert.True(await a.PingAsync(b.PeerId, Token) > TimeSpan.Zero);
        await TestNodes.UntilAsync("identify has ended", () => a.Peers[0].Agent is not null && b.Peers[0].Agent is not null);
        Assert.Equal("test/1", a.Peers[0].Agent);
        Assert.Contains("/x/1", a.Peers[0].Protocols);
        Assert.True(a.Peers[0].IsOutbound);

        // What b learned is enough to call back after the connection is gone.
        await a.DisconnectAsync(b.PeerId);
        await TestNodes.UntilAsync("both are apart", () => a.Peers.Count + b.Peers.Count == 0);
        Assert.True(await b.PingAsync(a.PeerId, Token) > TimeSpan.Zero);
    }

    [Fact]
    public async Task Many_openers_of_one_peer_share_one_dial_and_one_may_give_up()
    {
        await using var a = await TestNodes.ListenAsync();
        await using var b = await TestNodes.ListenAsync();
        b.Handle("/echo/1", TestNodes.EchoAsync);
        a.AddAddresses(b.PeerId, b.Addresses);
        using var impatient = new CancellationTokenSource();
        var given = a.OpenAsync(b.PeerId, ["/echo/1"], impatient.Token);
        await impatient.CancelAsync();
        var streams = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => a.OpenAsync(b.PeerId, ["/echo/1"], Token)));
        await Task.WhenAny(given);
        Assert.Single(a.Peers);
        foreach (var stream in streams)
        {
            await stream.Output.WriteAsync(new byte[] { 7 }, Token);
            Assert.Equal([7], await stream.ReadExactlyAsync(1));
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_bootstrap_peer_is_dialled_and_dialled_again_when_it_comes_back()
    {
        using var identity = Identity.GenerateSecp256k1();
        var first = await Node.StartAsync(new NodeOptions(identity) { Listen = [TestNodes.Loopback] }, Token);
        var address = first.Addresses[0];
        await using var node = await TestNodes.ListenAsync(o => o with { Bootstrap = [address] });
        await TestNodes.UntilAsync("connected", () => first.Peers.Count == 1);
        await first.DisposeAsync();
        await using var second = await Node.StartAsync(new NodeOptions(identity) { Listen = [Multiaddr.Parse(address.ToString().Split("/p2p/")[0])] }, Token);
        await TestNodes.UntilAsync("connected again", () => second.Peers.Count == 1);
    }
}
