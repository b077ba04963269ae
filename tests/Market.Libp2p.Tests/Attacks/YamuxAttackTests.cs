using Market.Libp2p.Multistream;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Attacks;

/// <summary>Proven peers that break the multiplexer's rules or wear it out.</summary>
public sealed class YamuxAttackTests
{
    private const uint ProtocolError = 1;
    private const uint Window = 256 << 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Violations => new()
    {
        { "version 1", [1, .. RawPeer.Header(YamuxType.Ping, YamuxFlags.Syn, 0, 1)[1..]] },
        { "type 4", [0, 4, .. RawPeer.Header(YamuxType.Ping, YamuxFlags.Syn, 0, 1)[2..]] },
        { "data for stream 0", RawPeer.Header(YamuxType.Data, YamuxFlags.Syn, 0, 0) },
        { "a window update for stream 0", RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.None, 0, 5) },
        { "a stream with a number of ours", RawPeer.Open(2, "/echo/1") },
        { "a stream opened twice", [.. RawPeer.Open(1, "/echo/1"), .. RawPeer.Open(1, "/echo/1")] },
        { "a first frame larger than the window", RawPeer.Header(YamuxType.Data, YamuxFlags.Syn, 1, Window + 1) },
        { "a first frame of 4 GiB", RawPeer.Header(YamuxType.Data, YamuxFlags.Syn, 1, uint.MaxValue) },
        { "a frame of 4 GiB", [.. RawPeer.Open(1, "/echo/1"), .. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 1, uint.MaxValue)] },
        { "a frame of 4 GiB for no stream", RawPeer.Header(YamuxType.Data, YamuxFlags.None, 77, uint.MaxValue) },
        { "a frame larger than what is left of the window", [.. RawPeer.Open(1, "/echo/1"), .. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 1, Window)] },
        { "more credit than a window can be", [.. RawPeer.Open(1, "/echo/1"), .. RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.None, 1, uint.MaxValue)] },
        {
            "credit that overflows bit by bit",
            [.. RawPeer.Open(1, "/echo/1"), .. Enumerable.Repeat(RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.None, 1, 0x7fff_0000), 2).SelectMany(h => h)]
        },
        { "data after the end", [.. RawPeer.Open(1, "/hold/1"), .. RawPeer.Header(YamuxType.Data, YamuxFlags.Fin, 1, 0), .. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 1, 1), 7] },
    };

    public static TheoryData<string, byte[]> Ignored => new()
    {
        { "data for an unknown stream", [.. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 99, 70_000), .. new byte[70_000]] },
        { "data for an unknown stream with a number of ours", [.. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 4, 3), 1, 2, 3] },
        { "the end of an unknown stream", RawPeer.Header(YamuxType.Data, YamuxFlags.Fin, 99, 0) },
        { "a reset of an unknown stream", RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.Rst, 99, 0) },
        { "credit for an unknown stream", RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.Ack, 99, uint.MaxValue) },
        { "the answer to a ping that nobody sent", RawPeer.Header(YamuxType.Ping, YamuxFlags.Ack, 0, 123) },
        { "a stream opened and reset in one frame", RawPeer.Header(YamuxType.Data, YamuxFlags.Syn | YamuxFlags.Rst, 99, 0) },
        { "a stream opened and ended in one frame", RawPeer.Header(YamuxType.Data, YamuxFlags.Syn | YamuxFlags.Fin, 99, 0) },
        { "flags that nobody defined", RawPeer.Header(YamuxType.WindowUpdate, (YamuxFlags)0xff00, 99, 0) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Who_breaks_a_rule_is_told_so_and_cut(string rule, byte[] frames)
    {
        await using var scene = await Scene.SetAsync();
        Hold(scene.Target);
        var attacker = await scene.AttackAsync();
        await attacker.SendAsync(frames);
        Assert.True(await attacker.CutAsync() == ProtocolError, $"Expected a go-away with code 1 after {rule}.");
        await scene.AssertNothingLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Ignored))]
    public async Task What_the_rules_allow_though_it_means_nothing_is_ignored(string what, byte[] frames)
    {
        await using var scene = await Scene.SetAsync();
        var peer = await scene.AttackAsync();
        await peer.SendAsync(frames);
        await peer.SendAsync(RawPeer.Open(1, "/echo/1", 42));
        var answer = MultistreamMessage.Encode(MultistreamMessage.Header, "/echo/1");
        byte[] expected = [.. answer, 42];
        var served = await peer.ReadAsync(1, expected.Length);
        Assert.True(expected.AsSpan().SequenceEqual(served), $"Not served after {what}.");
        await scene.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("pings", 1000)]
    [InlineData("streams that are reset at once", 20_000)]
    [InlineData("streams that stay", 10_000)]
    [InlineData("resets of nothing", 20_000)]
    public async Task A_flood_of_small_frames_is_cut(string what, int count)
    {
        await using var scene = await Scene.SetAsync();
        Hold(scene.Target);
        var attacker = await scene.AttackAsync();
        var most = 0;
        var sent = true;
        for (var i = 0; i < count && sent; i++)
        {
            var stream = (uint)((2 * i) + 1);
            sent = await attacker.TrySendAsync(what switch
            {
                "pings" => RawPeer.Header(YamuxType.Ping, YamuxFlags.Syn, 0, stream),
                "streams that are reset at once" => [.. RawPeer.Open(stream, "/hold/1"), .. RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.Rst, stream, 0)],
                "streams that stay" => RawPeer.Open(stream, "/hold/1"),
                _ => RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.Rst, stream, 0),
            });
            most = Math.Max(most, scene.Target.Peers.Where(p => !p.Peer.Equals(scene.Honest.PeerId)).Sum(p => p.Streams));
        }

        await attacker.CutAsync();

        // One stream of the target's own, which asks who the peer is, comes on top.
        Assert.InRange(most, 0, 513);
        await scene.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Streams_beyond_512_are_reset_and_the_others_live()
    {
        await using var scene = await Scene.SetAsync();
        Hold(scene.Target);
        var attacker = await scene.AttackAsync();
        for (var i = 0u; i < 600; i++)
        {
            await attacker.SendAsync(RawPeer.Open((2 * i) + 1, "/hold/1"));
        }

        for (var i = 512u; i < 600; i++)
        {
            Assert.Equal((2 * i) + 1, (await attacker.NextAsync(h => h.Flags.HasFlag(YamuxFlags.Rst))).Header.Stream);
        }

        // One identify stream of the target's own comes on top, while its answer is awaited.
        Assert.InRange(scene.Target.Peers.Where(p => !p.Peer.Equals(scene.Honest.PeerId)).Sum(p => p.Streams), 512, 513);
        await scene.AssertUnharmedAsync();
        await attacker.DisposeAsync();
        await scene.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task What_is_not_read_costs_one_window_a_stream_and_never_more_than_the_budget()
    {
        await using var scene = await Scene.SetAsync(l => l with { ReceiveMemoryPerConnection = 4 << 20, ReceiveMemory = 8 << 20 });
        Hold(scene.Target);
        using var identity = Identity.GenerateEd25519();
        for (var c = 0; c < 4; c++)
        {
            var (attacker, stream) = (await scene.AttackAsync(identity), 1u);
            foreach (var size in (int[])[200_000, 20_000, 2000, 200, 20, 1])
            {
                for (var i = 0; i < 30; i++, stream += 2)
                {
                    await attacker.SendAsync([.. RawPeer.Open(stream, "/hold/1"), .. RawPeer.Header(YamuxType.Data, YamuxFlags.None, stream, (uint)size), .. new byte[size]]);
                }
            }

            await attacker.SendAsync(YamuxType.Ping, YamuxFlags.Syn, 0, 77);
            await attacker.NextAsync(h => h is { Type: YamuxType.Ping, Flags: YamuxFlags.Ack });
        }

        // Half a mebibyte of each connection is its own, and comes on top.
        Assert.InRange(scene.Target.ReceiveMemoryHeld, 8 << 20, 10 << 20);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Who_gives_no_credit_holds_one_stream_and_no_more()
    {
        await using var scene = await Scene.SetAsync();
        scene.Target.Handle("/flood/1", async (stream, token) =>
        {
            while (true)
            {
                await stream.Output.WriteAsync(new byte[1 << 20], token);
            }
        });
        var attacker = await scene.AttackAsync();
        await attacker.SendAsync(RawPeer.Open(1, "/flood/1"));
        await attacker.ReadAsync(1, (int)Window);
        await attacker.SendAsync(RawPeer.Open(3, "/echo/1", 9));
        await attacker.ReadAsync(3, MultistreamMessage.Encode(MultistreamMessage.Header, "/echo/1").Length + 1);
        await scene.AssertUnharmedAsync();
        await attacker.DisposeAsync();
        await scene.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Who_does_not_read_its_socket_is_cut_for_answering_no_ping()
    {
        await using var scene = await Scene.SetAsync(l => l with { KeepAliveInterval = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(2) });
        var attacker = await scene.AttackAsync(reads: false);
        await attacker.TrySendAsync([.. RawPeer.Open(1, "/echo/1"), .. RawPeer.Header(YamuxType.WindowUpdate, YamuxFlags.None, 1, 64 << 20)]);
        for (var i = 0; i < 100 && await attacker.TrySendAsync([.. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 1, 1000), .. new byte[1000]]); i++)
        {
        }

        await scene.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("proposals without end")]
    [InlineData("an overlong message")]
    [InlineData("not multistream")]
    [InlineData("nothing")]
    [InlineData("only a header, then the end")]
    public async Task A_stream_that_does_not_agree_on_a_protocol_is_reset_and_no_other(string how)
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        var attacker = await scene.AttackAsync();
        var header = MultistreamMessage.Encode(MultistreamMessage.Header);
        byte[] body = how switch
        {
            "proposals without end" => [.. header, .. Enumerable.Repeat(MultistreamMessage.Encode("/x"), 17).SelectMany(m => m)],
            "an overlong message" => [.. header, 0x81, 0x08],
            "not multistream" => [1, 2, 3, 4],
            "nothing" => [],
            _ => header,
        };
        var flags = YamuxFlags.Syn | (how.EndsWith("end", StringComparison.Ordinal) && body == header ? YamuxFlags.Fin : YamuxFlags.None);
        await attacker.SendAsync(YamuxType.Data, flags, 1, (uint)body.Length, body);
        Assert.Equal(1u, (await attacker.NextAsync(h => h.Flags.HasFlag(YamuxFlags.Rst))).Header.Stream);
        await attacker.SendAsync(RawPeer.Open(3, "/echo/1", 9));
        await attacker.ReadAsync(3, MultistreamMessage.Encode(MultistreamMessage.Header, "/echo/1").Length + 1);
        await scene.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Long_proposals_in_one_go_are_all_answered()
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromMinutes(1) });
        var peer = await scene.AttackAsync();
        var proposals = Enumerable.Range(0, 10).Select(i => $"/{new string('x', 900)}/{i}").Append("/echo/1").ToArray();
        byte[] body = [.. MultistreamMessage.Encode(MultistreamMessage.Header), .. MultistreamMessage.Encode(proposals), 42];
        await peer.SendAsync(YamuxType.Data, YamuxFlags.Syn, 1, (uint)body.Length, body);
        byte[] expected = [.. MultistreamMessage.Encode([MultistreamMessage.Header, .. Enumerable.Repeat("na", 10), "/echo/1"]), 42];
        Assert.Equal(expected, await peer.ReadAsync(1, expected.Length));
    }

    private static void Hold(Node node) => node.Handle("/hold/1", (_, token) => Task.Delay(Timeout.Infinite, token));
}
