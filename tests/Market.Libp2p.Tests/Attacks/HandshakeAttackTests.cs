using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Market.Libp2p.Multistream;
using Market.Libp2p.Noise;
using Market.Libp2p.Wire;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Attacks;

/// <summary>Strangers before they have proven who they are: stalls, garbage, and proofs that are none.</summary>
public sealed class HandshakeAttackTests
{
    private static readonly byte[] Opening = MultistreamMessage.Encode(MultistreamMessage.Header, "/noise");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Stalls => new()
    {
        { "nothing", [] },
        { "half a header", Opening[..9] },
        { "only the header", Opening[..20] },
        { "no Noise message", Opening },
        { "half a length", [.. Opening, 0] },
        { "half a Noise message", [.. Opening, 0, 32, 1, 2, 3] },
        { "only the first Noise message", [.. Opening, 0, 32, .. Key()] },
    };

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "an HTTP request", Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: {new string('x', 100)}\r\n\r\n") },
        { "a TLS hello", [22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, .. new byte[500]] },
        { "zeros", new byte[100] },
        { "a length of ten bytes", Enumerable.Repeat((byte)0xff, 100).ToArray() },
        { "an overlong message", [0x81, 0x08, .. new byte[1025]] },
        { "a message without newline", [2, (byte)'a', (byte)'b'] },
        { "another negotiation", MultistreamMessage.Encode("/multistream/2.0.0") },
        { "proposals without end", [.. Opening[..20], .. Enumerable.Repeat(MultistreamMessage.Encode("/tls/1.0.0"), 17).SelectMany(m => m)] },
        { "refusals without end", [.. Opening[..20], .. Enumerable.Repeat(MultistreamMessage.Encode("na"), 17).SelectMany(m => m)] },
        { "a Noise message of 64 KiB", [.. Opening, 0xff, 0xff] },
        { "a first Noise message with a payload", [.. Opening, 0, 33, .. Key(), 1] },
        { "a short first Noise message", [.. Opening, 0, 31, .. Key()[..31]] },
        { "a key of small order", [.. Opening, 0, 32, .. new byte[32]] },
        { "a third Noise message that fits nothing", [.. Opening, 0, 32, .. Key(), 0, 64, .. new byte[64]] },
        { "a third Noise message that is too short", [.. Opening, 0, 32, .. Key(), 0, 63, .. new byte[63]] },
    };

    /// <summary>Payloads by which no peer may be believed, and why each is refused when it comes from the peer that was dialled.</summary>
    public static TheoryData<string, Libp2pReason> Lies => new()
    {
        { "no payload", Libp2pReason.Malformed },
        { "not protobuf", Libp2pReason.Malformed },
        { "no key", Libp2pReason.Malformed },
        { "a huge RSA key", Libp2pReason.Malformed },
        { "an Ed25519 key that is no point", Libp2pReason.Security },
        { "no signature", Libp2pReason.Security },
        { "an empty signature", Libp2pReason.Security },
        { "a tampered signature", Libp2pReason.Security },
        { "a signature by another key", Libp2pReason.Security },
        { "a signature over another Noise key", Libp2pReason.Security },
        { "a signature without its context", Libp2pReason.Security },
        { "the id of the node itself", Libp2pReason.WrongPeer },
        { "another muxer only", Libp2pReason.ProtocolNotSupported },
    };

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task Who_stalls_is_cut_when_the_time_is_over(string sent, byte[] bytes)
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        using var socket = await RawPeer.ConnectAsync(scene.Target);
        await socket.SendAsync(bytes, SocketFlags.None, Token);
        await AssertCutAsync(socket, sent);
        await scene.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Who_sends_a_byte_at_a_time_has_the_same_time()
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        using var socket = await RawPeer.ConnectAsync(scene.Target);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        byte[] slow = [.. Opening, 0, 32, .. Key()];
        var sent = 0;
        while (sent < slow.Length && !(socket.Poll(0, SelectMode.SelectRead) && IsAtEnd(socket)))
        {
            await timer.WaitForNextTickAsync(Token);
            sent += await TrySendAsync(socket, slow.AsMemory(sent, 1)) ? 1 : slow.Length;
        }

        Assert.NotEqual(slow.Length, sent);
        await scene.AssertNothingLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Who_sends_garbage_is_cut_at_once(string sent, byte[] bytes)
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakeTimeout = TimeSpan.FromMinutes(10) });
        using var socket = await RawPeer.ConnectAsync(scene.Target);
        await socket.SendAsync(bytes, SocketFlags.None, Token);
        await AssertCutAsync(socket, sent);
        await scene.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_thousand_handshakes_that_fail_leave_nothing()
    {
        await using var scene = await Scene.SetAsync(l => l with { HandshakesPerAddress = 4 });
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (i, _) =>
        {
            using var socket = await RawPeer.ConnectAsync(scene.Target, $"127.0.3.{(i % 4) + 1}");
            await TrySendAsync(socket, (byte[])[.. Opening, 0, 32, .. Key(), 0, 64, .. new byte[64]]);
        });
        await scene.AssertNothingLeftAsync();
        for (var i = 1; i <= 4; i++)
        {
            await TestNodes.UntilAsync("its places are free again", () => scene.Target.Peers.Count == 1);
            await using var welcome = await scene.AttackAsync(from: $"127.0.3.{i}");
            Assert.Equal(scene.Target.PeerId, welcome.Remote.Peer);
        }
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_dialler_that_does_not_prove_its_id_gets_no_connection(string lie, Libp2pReason reason)
    {
        Assert.NotEqual(default, (lie, reason));
        using var own = Identity.GenerateSecp256k1();
        await using var target = await TestNodes.ListenAsync(o => new NodeOptions(own) { Listen = o.Listen });
        using var key = X25519Key.Generate();
        await using var liar = await RawPeer.HandshakeAsync(await RawPeer.ConnectAsync(target), key, Payload(lie, key, own), dialler: true);
        await liar.TrySendAsync(RawPeer.Open(1, "/ipfs/id/1.0.0"));
        Assert.Null(await liar.CutAsync());
        Assert.Empty(target.Peers);
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_listener_that_does_not_prove_its_id_is_not_connected_with(string lie, Libp2pReason reason)
    {
        using var own = Identity.GenerateSecp256k1();
        await using var target = await Node.StartAsync(new NodeOptions(own), Token);
        using var key = X25519Key.Generate();
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        var dialling = TestNodes.FailsAsync(() => target.DialAsync(Multiaddr.FromEndPoint((IPEndPoint)listening.LocalEndPoint!), Token), reason);
        using var socket = await listening.AcceptAsync(Token);
        await Record.ExceptionAsync(() => RawPeer.HandshakeAsync(socket, key, Payload(lie, key, own), dialler: false));
        await dialling;
        Assert.Empty(target.Peers);
    }

    [Fact]
    public async Task A_peer_without_early_muxers_agrees_on_the_muxer_inside_the_secured_connection()
    {
        await using var scene = await Scene.SetAsync();
        using var identity = Identity.GenerateEd25519();
        using var noise = new NoiseIdentity(identity, []);
        await using var peer = await RawPeer.HandshakeAsync(await RawPeer.ConnectAsync(scene.Target), noise.Static, noise.Payload, dialler: true, reads: false);
        Assert.Equal([YamuxSession.Protocol], peer.Remote.Muxers);
        await peer.SendAsync(MultistreamMessage.Encode(MultistreamMessage.Header, "/mplex/6.7.0", YamuxSession.Protocol));
        await TestNodes.UntilAsync("it is connected", () => scene.Target.Peers.Any(p => p.Peer.Equals(identity.PeerId)));
    }

    [Theory]
    [InlineData("fffffe", "a cut frame claims 64 KiB and is the last there is")]
    [InlineData("0000", "no room for a tag")]
    [InlineData("000f000102030405060708090a0b0c0d0e", "a byte too short for a tag")]
    [InlineData("0010000102030405060708090a0b0c0d0e0f", "a tag that does not fit")]
    public async Task A_frame_that_the_key_did_not_seal_ends_the_connection(string frame, string why)
    {
        await using var scene = await Scene.SetAsync(l => l with { KeepAliveInterval = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(5) });
        var attacker = await scene.AttackAsync();
        await attacker.SendRawAsync(Convert.FromHexString(frame));
        await attacker.CutAsync();
        Assert.NotEmpty(why);
        await scene.AssertNothingLeftAsync();
    }

    private static byte[] Payload(string lie, X25519Key key, Identity target)
    {
        using var identity = Identity.GenerateEd25519();
        using var other = Identity.GenerateEd25519();
        byte[] context = Encoding.ASCII.GetBytes("noise-libp2p-static-key:");
        byte[] told = [.. context, .. key.Public];
        var honest = identity.Sign(told);
        byte[] Proof(byte[] encodedKey, byte[] signature, string muxer = YamuxSession.Protocol) => new ProtoWriter()
            .Bytes(1, encodedKey).Bytes(2, signature).Bytes(4, new ProtoWriter().Text(2, muxer).Written).Written.ToArray();
        var encoded = identity.PublicKey.Encode();
        return lie switch
        {
            "no payload" => [],
            "not protobuf" => RandomNumberGenerator.GetBytes(1).Concat(new byte[] { 0xff, 0xff }).ToArray(),
            "no key" => new ProtoWriter().Bytes(2, honest).Written.ToArray(),
            "a huge RSA key" => Proof([0x08, 0, 0x12, 0x82, 0x10, .. new byte[2050]], new byte[512]),
            "an Ed25519 key that is no point" => Proof([0x08, 1, 0x12, 32, .. Enumerable.Repeat((byte)0xff, 31), 0x7e], honest),
            "no signature" => new ProtoWriter().Bytes(1, encoded).Written.ToArray(),
            "an empty signature" => Proof(encoded, []),
            "a tampered signature" => Proof(encoded, [(byte)(honest[0] ^ 1), .. honest[1..]]),
            "a signature by another key" => Proof(encoded, other.Sign(told)),
            "a signature over another Noise key" => Proof(encoded, identity.Sign([.. context, .. Key()])),
            "a signature without its context" => Proof(encoded, identity.Sign(key.Public)),
            "the id of the node itself" => Proof(target.PublicKey.Encode(), target.Sign(told)),
            "another muxer only" => Proof(encoded, honest, "/mplex/6.7.0"),
            _ => throw new ArgumentException(lie),
        };
    }

    private static byte[] Key()
    {
        using var key = X25519Key.Generate();
        return key.Public;
    }

    private static async Task<bool> TrySendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return await socket.SendAsync(bytes, SocketFlags.None, Token) == bytes.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsAtEnd(Socket socket)
    {
        var scratch = new byte[4096];
        try
        {
            return socket.Receive(scratch) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task AssertCutAsync(Socket socket, string sent)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            while (await socket.ReceiveAsync(new byte[4096], SocketFlags.None, patience.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Cut with a reset, which is as good.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not cut though it sent {sent}.");
        }
    }
}
