using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Market.Libp2p.Noise;
using Market.Libp2p.Tests.Attacks;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Interop;

/// <summary>This library and js-libp2p, each dialling and listening, with both key types on both sides.</summary>
/// <remarks>One pair of peers runs all tests of a row, because a JavaScript peer takes a second to start.</remarks>
public sealed class JsLibp2pTests
{
    private const int Megabyte = 1 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KeyType.Secp256k1, KeyType.Secp256k1)]
    [InlineData(KeyType.Secp256k1, KeyType.Ed25519)]
    [InlineData(KeyType.Ed25519, KeyType.Secp256k1)]
    [InlineData(KeyType.Ed25519, KeyType.Ed25519)]
    public async Task Each_dials_the_other_pings_it_and_learns_what_it_says_about_itself(KeyType ours, KeyType theirs)
    {
        await using var js = await JsPeer.StartAsync(theirs);
        await using var node = await ListenAsync(ours);

        Assert.Equal(js.PeerId, await node.DialAsync(js.Address, Token));
        await ExchangeAsync(node, js);
        Assert.True(node.Peers[0].IsOutbound);
        await node.DisconnectAsync(js.PeerId);
        await js.AskAsync("parted", new { peer = node.PeerId.ToString() });

        var dialled = await js.AskAsync("dial", new { address = node.Addresses[0].ToString() });
        Assert.Equal((node.PeerId.ToString(), "/noise", "/yamux/1.0.0"), ((string)dialled["peer"]!, (string)dialled["encryption"]!, (string)dialled["muxer"]!));
        await TestNodes.UntilAsync("the connection is there", () => node.Peers.Count == 1);
        await ExchangeAsync(node, js);
        Assert.False(node.Peers[0].IsOutbound);
    }

    [Fact]
    public async Task Both_announce_the_muxer_in_the_handshake_and_use_it_at_once()
    {
        await using var js = await JsPeer.StartAsync(KeyType.Ed25519);
        using var identity = Identity.GenerateEd25519();
        using var noise = new NoiseIdentity(identity, [YamuxSession.Protocol]);
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        var dialling = js.AskAsync("dial", new { address = Multiaddr.FromEndPoint((IPEndPoint)listening.LocalEndPoint!).ToString() });
        await using (var raw = await RawPeer.HandshakeAsync(await listening.AcceptAsync(Token), noise.Static, noise.Payload, dialler: false))
        {
            Assert.Equal(js.PeerId, raw.Remote.Peer);
            Assert.Equal([YamuxSession.Protocol], raw.Remote.Muxers);
            Assert.Equal("/yamux/1.0.0", (string)(await dialling)["muxer"]!);

            // The first bytes inside are a yamux frame: the multiplexer was not negotiated again.
            Assert.True((await raw.NextAsync(h => h.Flags.HasFlag(YamuxFlags.Syn))).Header.Stream % 2 == 1);
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(js.Address.Parts[1].Value, CultureInfo.InvariantCulture), Token);
        await using var dialler = await RawPeer.HandshakeAsync(socket, noise.Static, noise.Payload, dialler: true);
        Assert.Equal([YamuxSession.Protocol], dialler.Remote.Muxers);
        await dialler.SendAsync(RawPeer.Open(1, "/echo/1", 7));
        Assert.Equal(7, (await dialler.ReadAsync(1, 30))[29]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streams_of_64_MiB_arrive_whole_each_way_by_whoever_they_were_opened(bool weDial)
    {
        await using var pair = await Pair.ConnectAsync(weDial);
        var (node, js) = pair;
        await Talk.SendAsync(node, js.PeerId, 64 * Megabyte);
        await Talk.FetchAsync(node, js.PeerId, 64 * Megabyte);
        Assert.True((bool)(await js.SpeakAsync(node.PeerId, "/digest/1", 64 * Megabyte))[0]["same"]!);
        Assert.True((bool)(await js.SpeakAsync(node.PeerId, "/random/1", 64 * Megabyte))[0]["same"]!);
        await pair.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Two_hundred_streams_at_once_each_way_carry_their_own_bytes()
    {
        await using var pair = await Pair.ConnectAsync(weDial: true);
        var (node, js) = pair;
        var ours = Task.WhenAll(Enumerable.Range(0, 200).Select(i => Talk.EchoAsync(node, js.PeerId, 10_000 + i)));
        var theirs = await js.SpeakAsync(node.PeerId, "/echo/1", 20_000, streams: 200);
        await ours;
        Assert.Equal(200, theirs.Count(answer => (bool)answer["same"]!));
        await pair.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Closing_one_half_leaves_the_other_open_at_both_ends()
    {
        await using var pair = await Pair.ConnectAsync(weDial: false);
        var (node, js) = pair;
        await using (var sink = await node.OpenAsync(js.PeerId, ["/sink/1"], Token))
        {
            await sink.Output.WriteAsync(new byte[300_000], Token);
            await sink.CloseWriteAsync(Token);
            Assert.Equal([0, 0, 0, 0, 0, 4, 0x93, 0xe0], await sink.ReadToEndAsync());
        }

        Assert.Equal(300_000, (int)(await js.SpeakAsync(node.PeerId, "/sink/1", 300_000))[0]["count"]!);
        await pair.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_reset_by_either_end_is_an_error_at_the_other()
    {
        await using var pair = await Pair.ConnectAsync(weDial: true);
        var (node, js) = pair;
        await using var stream = await node.OpenAsync(js.PeerId, ["/reset/1"], Token);
        await stream.Output.WriteAsync(new byte[1], Token);
        await TestNodes.FailsAsync(() => stream.Input.ReadAsync(Token).AsTask(), Libp2pReason.StreamReset);
        await TestNodes.FailsAsync(() => stream.Output.WriteAsync(new byte[1], Token).AsTask(), Libp2pReason.StreamReset);
        Assert.Equal("StreamResetError", (string)(await js.SpeakAsync(node.PeerId, "/reset/1"))[0]["error"]!);

        // A reset that the JavaScript side sends on a stream of its own.
        var failed = new TaskCompletionSource<Libp2pException>(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Handle("/hold/1", async (held, token) =>
        {
            await held.Output.WriteAsync(new byte[1], token);
            failed.SetResult(await TestNodes.FailsAsync(() => held.Input.ReadAsync(token).AsTask(), Libp2pReason.StreamReset));
        });
        await js.SpeakAsync(node.PeerId, "/hold/1");
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await Talk.EchoAsync(node, js.PeerId, 1000);
    }

    [Fact]
    public async Task A_protocol_that_the_other_end_does_not_speak_is_said_to_be_so_both_ways()
    {
        await using var pair = await Pair.ConnectAsync(weDial: true);
        var (node, js) = pair;
        await using var optimistic = await node.OpenAsync(js.PeerId, ["/nothing/1"], Token);
        await TestNodes.FailsAsync(() => optimistic.Input.ReadAsync(Token).AsTask(), Libp2pReason.ProtocolNotSupported);
        await TestNodes.FailsAsync(() => node.OpenAsync(js.PeerId, ["/nothing/1", "/nothing/2"], Token), Libp2pReason.ProtocolNotSupported);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => js.SpeakAsync(node.PeerId, "/hold/1"));
        Assert.Contains("UnsupportedProtocolError", error.Message, StringComparison.Ordinal);
        await using var chosen = await node.OpenAsync(js.PeerId, ["/nothing/1", "/echo/1"], Token);
        Assert.Equal("/echo/1", chosen.Protocol);
    }

    [Fact]
    public async Task What_is_offered_later_is_pushed_and_learned()
    {
        await using var pair = await Pair.ConnectAsync(weDial: true);
        var (node, js) = pair;
        await TestNodes.UntilAsync("identify has ended", () => node.Peers[0].Protocols.Contains("/ipfs/id/push/1.0.0"));
        await js.AskAsync("offer", new { protocol = "/later/1" });
        await TestNodes.UntilAsync("the push has arrived", () => node.Peers[0].Protocols.Contains("/later/1"));
        Assert.Contains("/echo/1", node.Peers[0].Protocols);
    }

    [Fact]
    public async Task An_abrupt_cut_ends_waiting_reads_and_writes()
    {
        await using var pair = await Pair.ConnectAsync(weDial: true);
        var (node, js) = pair;
        await using var stream = await node.OpenAsync(js.PeerId, ["/hold/1"], Token);
        await stream.ReadExactlyAsync(1);
        var reading = stream.Input.ReadAsync(Token).AsTask();
        var writing = stream.Output.WriteAsync(new byte[32 * Megabyte], Token).AsTask();
        js.Kill();
        await TestNodes.FailsAsync(() => reading, Libp2pReason.ConnectionLost);
        await TestNodes.FailsAsync(() => writing, Libp2pReason.ConnectionLost);
        await TestNodes.UntilAsync("the connection is gone", () => node.Peers.Count == 0);
        await TestNodes.FailsAsync(() => node.OpenAsync(js.PeerId, ["/echo/1"], Token), Libp2pReason.DialFailed);
    }

    [Fact]
    public async Task Leaving_in_the_middle_is_an_error_at_the_other_end_and_it_may_come_again()
    {
        await using var js = await JsPeer.StartAsync(KeyType.Secp256k1);
        await using var node = await TestNodes.ListenAsync();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Handle("/random/1", async (endless, token) =>
        {
            for (; ; started.TrySetResult())
            {
                await endless.Output.WriteAsync(new byte[Megabyte], token);
            }
        });
        await node.DialAsync(js.Address, Token);
        await using var stream = await node.OpenAsync(js.PeerId, ["/hold/1"], Token);
        await stream.ReadExactlyAsync(1);
        var speaking = js.SpeakAsync(node.PeerId, "/random/1", 1024 * Megabyte);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await node.DisconnectAsync(js.PeerId);
        await Assert.ThrowsAsync<InvalidOperationException>(() => speaking);
        await TestNodes.FailsAsync(() => stream.Input.ReadAsync(Token).AsTask(), Libp2pReason.ConnectionLost);
        await Talk.EchoAsync(node, js.PeerId, 1000);
    }

    private static async Task<Node> ListenAsync(KeyType key)
    {
        var identity = key == KeyType.Ed25519 ? Identity.GenerateEd25519() : Identity.GenerateSecp256k1();
        var node = await Node.StartAsync(new NodeOptions(identity) { Listen = [TestNodes.Loopback], Agent = "test/1" }, Token);
        Talk.Serve(node);
        return node;
    }

    private static async Task ExchangeAsync(Node node, JsPeer js)
    {
        Assert.True(await node.PingAsync(js.PeerId, Token) > TimeSpan.Zero);
        Assert.True((int)(await js.AskAsync("ping", new { peer = node.PeerId.ToString() }))["milliseconds"]! >= 0);

        await TestNodes.UntilAsync("we know what it says", () => node.Peers[0].Agent == "js-peer/1");
        Assert.Contains("/digest/1", node.Peers[0].Protocols);
        var seen = await js.AskAsync("identify", new { peer = node.PeerId.ToString() });
        Assert.Equal(("test/1", "ipfs/0.1.0"), ((string)seen["agent"]!, (string)seen["version"]!));
        Assert.Contains("/digest/1", seen["protocols"]!.AsArray().Select(p => (string)p!));
        Assert.Contains(node.Addresses[0].ToString(), seen["addresses"]!.AsArray().Select(a => (string)a!));
        await Talk.EchoAsync(node, js.PeerId, 100_000);
        Assert.True((bool)(await js.SpeakAsync(node.PeerId, "/echo/1", 100_000))[0]["same"]!);
    }

    private sealed record Pair(Node Node, JsPeer Js) : IAsyncDisposable
    {
        internal static async Task<Pair> ConnectAsync(bool weDial)
        {
            var (js, node) = (await JsPeer.StartAsync(KeyType.Secp256k1), await ListenAsync(KeyType.Secp256k1));
            if (weDial)
            {
                await node.DialAsync(js.Address, Token);
            }
            else
            {
                await js.AskAsync("dial", new { address = node.Addresses[0].ToString() });
                await TestNodes.UntilAsync("the connection is there", () => node.Peers.Count == 1);
            }

            return new Pair(node, js);
        }

        internal async Task AssertNothingLeftAsync()
        {
            await TestNodes.UntilAsync("all streams are gone", () => Node.Peers.Sum(p => p.Streams) == 0);
            await TestNodes.UntilAsync("no memory is held", () => Node.ReceiveMemoryHeld == 0);
        }

        public async ValueTask DisposeAsync()
        {
            await Node.DisposeAsync();
            await Js.DisposeAsync();
        }
    }
}
