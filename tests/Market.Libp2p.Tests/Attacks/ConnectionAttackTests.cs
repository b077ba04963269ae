using System.Net.Sockets;

namespace Market.Libp2p.Tests.Attacks;

/// <summary>Floods of connections: refused at once, before anything is spent on them.</summary>
public sealed class ConnectionAttackTests
{
    [Fact]
    public async Task A_flood_of_handshakes_from_one_address_leaves_others_their_places()
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromMinutes(1) });
        var flood = await FloodAsync(scene.Target, count: 100, _ => "127.0.0.2");
        await TestNodes.UntilAsync("all but 8 are refused", () => flood.Count(IsCut) == 92);
        await using var late = await TestNodes.ListenAsync();
        await late.DialAsync(scene.Target.Addresses[0], TestContext.Current.CancellationToken);
        await scene.AssertUnharmedAsync();
        flood.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_flood_of_handshakes_from_many_addresses_is_bounded_and_passes()
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromSeconds(5) });
        var flood = await FloodAsync(scene.Target, count: 160, i => $"127.0.1.{(i % 20) + 1}");
        await TestNodes.UntilAsync("all but 64 are refused", () => flood.Count(IsCut) >= 96);
        await scene.AssertUnharmedAsync();
        await TestNodes.UntilAsync("those that stall are cut", () => flood.TrueForAll(IsCut));
        await using var late = await TestNodes.ListenAsync();
        await late.DialAsync(scene.Target.Addresses[0], TestContext.Current.CancellationToken);
        flood.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Proven_peers_at_one_address_get_32_connections()
    {
        await using var scene = await Scene.SetAsync();
        for (var i = 0; i < 32; i++)
        {
            await scene.AttackAsync();
        }

        // The target may hear last of one that the attacker has long made.
        await TestNodes.UntilAsync("32 and the honest one are held", () => scene.Target.Peers.Count == 33);
        using var more = await RawPeer.ConnectAsync(scene.Target);
        await TestNodes.UntilAsync("the 33rd is refused", () => IsCut(more));
        Assert.Equal(33, scene.Target.Peers.Count);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task One_peer_gets_4_connections()
    {
        await using var scene = await Scene.SetAsync();
        using var one = Identity.GenerateEd25519();
        int Held() => scene.Target.Peers.Count(p => p.Peer.Equals(one.PeerId));
        for (var i = 0; i < 4; i++)
        {
            await scene.AttackAsync(one);
        }

        // The target may hear last of one that the attacker has long made: then that is the fifth.
        await TestNodes.UntilAsync("four are held", () => Held() == 4);
        await (await scene.AttackAsync(one)).CutAsync();
        await TestNodes.UntilAsync("four are left", () => Held() == 4);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Strangers_who_take_every_inbound_place_do_not_keep_the_node_from_dialling()
    {
        await using var scene = await Scene.SetAsync(l => l with { Connections = 16, HandshakeTimeout = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 11; i++)
        {
            await scene.AttackAsync(from: $"127.0.2.{i + 1}");
        }

        var flood = await FloodAsync(scene.Target, count: 10, i => $"127.0.2.{i + 100}");
        await TestNodes.UntilAsync("all beyond the 12th inbound one are refused", () => flood.TrueForAll(IsCut));
        await using var friend = await TestNodes.ListenAsync();
        Assert.Equal(friend.PeerId, await scene.Target.DialAsync(friend.Addresses[0], TestContext.Current.CancellationToken));
        await scene.AssertUnharmedAsync();
    }

    private static async Task<List<Socket>> FloodAsync(Node target, int count, Func<int, string> from)
    {
        var flood = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            flood.Add(await RawPeer.ConnectAsync(target, from(i)));
        }

        return flood;
    }

    private static bool IsCut(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Receive(new byte[1], SocketFlags.Peek) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
