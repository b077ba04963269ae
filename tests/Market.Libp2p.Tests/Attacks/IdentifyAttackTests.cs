using Market.Libp2p.Identify;
using Market.Libp2p.Wire;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Attacks;

/// <summary>Proven peers that lie about themselves, or say too much, too often.</summary>
public sealed class IdentifyAttackTests
{
    [Fact]
    public async Task A_message_that_is_too_large_is_not_read()
    {
        await using var scene = await Scene.SetAsync();
        var attacker = await scene.AttackAsync();
        await attacker.SendAsync(Push(1, [0x81, 0x40]));
        await ResetAsync(attacker, 1);
        await attacker.SendAsync(Push(3, [0xff, 0xff, 0xff, 0xff, 0x0f]));
        await ResetAsync(attacker, 3);
        Assert.Null(AttackerIn(scene).Agent);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Of_too_many_protocols_names_and_messages_only_so_many_are_kept()
    {
        await using var scene = await Scene.SetAsync();
        var attacker = await scene.AttackAsync();
        var many = new ProtoWriter();
        for (var i = 0; i < 300; i++)
        {
            many.Text(3, $"/p/{i}").Bytes(2, Multiaddr.Parse($"/ip4/1.2.3.4/tcp/{i + 1}").Bytes);
        }

        await attacker.SendAsync(Push(1, LengthPrefixed.Encode(many.Text(6, "many").Written), YamuxFlags.Fin));
        await TestNodes.UntilAsync("the push is taken", () => scene.Target.Peers.Any(p => p.Agent == "many"));
        Assert.Equal(128, AttackerIn(scene).Protocols.Count);

        var longNames = new ProtoWriter().Text(6, new string('a', 257)).Text(3, new string('p', 257)).Text(5, "told");
        byte[] eleven = [.. Enumerable.Range(0, 10).SelectMany(_ => LengthPrefixed.Encode(longNames.Written)), .. LengthPrefixed.Encode(new ProtoWriter().Text(6, "eleventh").Written)];
        await attacker.SendAsync(Push(3, eleven, YamuxFlags.Fin));
        await attacker.SendAsync(Push(5, LengthPrefixed.Encode(new ProtoWriter().Text(3, "/last").Written), YamuxFlags.Fin));
        await TestNodes.UntilAsync("the last push is taken", () => AttackerIn(scene).Protocols.Contains("/last"));
        Assert.Equal(("many", 1), (AttackerIn(scene).Agent, AttackerIn(scene).Protocols.Count));
        await scene.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("the key of another peer")]
    [InlineData("a key of RSA")]
    [InlineData("not protobuf")]
    [InlineData("a cut message")]
    public async Task What_is_not_true_or_not_whole_is_not_believed(string what)
    {
        await using var scene = await Scene.SetAsync();
        var attacker = await scene.AttackAsync();
        using var other = Identity.GenerateEd25519();
        var writer = new ProtoWriter().Text(6, "liar");
        byte[] message = what switch
        {
            "the key of another peer" => LengthPrefixed.Encode(writer.Bytes(1, other.PublicKey.Encode()).Written),
            "a key of RSA" => LengthPrefixed.Encode(writer.Bytes(1, [0x08, 0, 0x12, 20, .. new byte[20]]).Written),
            "not protobuf" => LengthPrefixed.Encode([.. writer.Written, 0xff]),
            _ => LengthPrefixed.Encode(writer.Written)[..^1],
        };
        await attacker.SendAsync(Push(1, message, YamuxFlags.Fin));
        await ResetAsync(attacker, 1);
        Assert.Null(AttackerIn(scene).Agent);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Of_a_flood_of_pushes_the_first_eight_are_read()
    {
        await using var scene = await Scene.SetAsync();
        var attacker = await scene.AttackAsync();
        for (var i = 1; i <= 8; i++)
        {
            await attacker.SendAsync(Push((uint)(2 * i) + 1, LengthPrefixed.Encode(new ProtoWriter().Text(6, $"push {i}").Written), YamuxFlags.Fin));
            await TestNodes.UntilAsync($"push {i} is taken", () => scene.Target.Peers.Any(p => p.Agent == $"push {i}"));
        }

        for (var i = 100u; i < 110; i++)
        {
            await attacker.SendAsync(Push((2 * i) + 1, LengthPrefixed.Encode(new ProtoWriter().Text(6, "too often").Written)));
        }

        for (var i = 100u; i < 110; i++)
        {
            await attacker.NextAsync(h => h.Flags.HasFlag(YamuxFlags.Rst));
        }

        Assert.NotEqual("too often", AttackerIn(scene).Agent);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task A_push_that_does_not_end_has_the_time_of_a_handshake()
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        var attacker = await scene.AttackAsync();
        await attacker.SendAsync(Push(1, [5]));
        await ResetAsync(attacker, 1);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Of_many_streams_of_ping_eight_are_served_at_once()
    {
        await using var scene = await Scene.SetAsync();
        var attacker = await scene.AttackAsync();
        for (var i = 0u; i < 40; i++)
        {
            await attacker.SendAsync(RawPeer.Open((2 * i) + 1, "/ipfs/ping/1.0.0", new byte[32]));
        }

        for (var i = 0; i < 32; i++)
        {
            await attacker.NextAsync(h => h.Flags.HasFlag(YamuxFlags.Rst));
        }

        await TestNodes.UntilAsync("eight are left", () => scene.Target.Peers.Any(p => !p.Peer.Equals(scene.Honest.PeerId) && p.Streams is 8 or 9));
        await scene.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip4/8.8.8.8/tcp/4001", true)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip6/2001:4860::1/tcp/4001", true)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip4/127.0.0.1/tcp/22", false)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip4/192.168.1.1/tcp/80", false)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip4/169.254.169.254/tcp/80", false)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip6/::1/tcp/22", false)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip6/::ffff:127.0.0.1/tcp/22", false)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/dns4/localhost/tcp/22", false)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/dns/looks-public.example/tcp/22", false)]
    [InlineData("/ip4/10.0.0.9/tcp/1", "/ip4/10.0.0.9/tcp/4001", true)]
    [InlineData("/ip4/1.2.3.4/tcp/1", "/ip4/8.8.8.8/tcp/4001/p2p/12D3KooWPqDJ5tSzzLhQqTv5adS2VLLqgEQtaVY9nuBgYtCEQGER", false)]
    public void Strangers_cannot_send_a_node_to_dial_its_own_network_or_in_another_peers_name(string from, string told, bool believed)
    {
        using var stranger = Identity.GenerateEd25519();
        Assert.Equal(believed, IdentifyExchange.Believes(stranger.PeerId, Multiaddr.Parse(from), Multiaddr.Parse(told)));
    }

    private static byte[] Push(uint stream, byte[] message, YamuxFlags end = YamuxFlags.None) =>
        [.. RawPeer.Open(stream, IdentifyMessage.PushProtocol, message), .. end == YamuxFlags.None ? [] : RawPeer.Header(YamuxType.WindowUpdate, end, stream, 0)];

    private static async Task ResetAsync(RawPeer attacker, uint stream) =>
        await attacker.NextAsync(h => h.Stream == stream && h.Flags.HasFlag(YamuxFlags.Rst));

    private static ConnectedPeer AttackerIn(Scene scene) => scene.Target.Peers.Single(p => !p.Peer.Equals(scene.Honest.PeerId));
}
