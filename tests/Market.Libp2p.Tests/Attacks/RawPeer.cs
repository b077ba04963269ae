using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Market.Libp2p.Connections;
using Market.Libp2p.Multistream;
using Market.Libp2p.Noise;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Attacks;

/// <summary>A peer that keeps no rule it is not told to: a handshake with any payload, then any yamux bytes.</summary>
/// <remarks>It answers pings, so that the connection lives, and gathers all other frames; unless told not to read.</remarks>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NoiseCipher _cipher;
    private readonly SecureReader _reader;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<(YamuxHeader Header, byte[] Body)> _frames = Channel.CreateBounded<(YamuxHeader, byte[])>(100_000);
    private readonly Task _pump;

    private RawPeer(Socket socket, NoiseCipher cipher, SecureReader reader, Proven proven, bool reads)
    {
        (_socket, _cipher, _reader, Remote) = (socket, cipher, reader, proven);
        _pump = reads ? PumpAsync() : Task.CompletedTask;
    }

    /// <summary>Whom the other end proved to be, and the muxers it announced.</summary>
    internal Proven Remote { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A TCP connection to a node, from one of this machine's many loopback addresses.</summary>
    internal static async Task<Socket> ConnectAsync(Node node, string from = "127.0.0.2")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        var address = node.Addresses[0];
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(address.Parts[0].Value), int.Parse(address.Parts[1].Value, System.Globalization.CultureInfo.InvariantCulture), Token);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Refused so quickly that it was cut before it was looked at; the caller finds it cut.
        }

        return socket;
    }

    /// <summary>Connects and does the dialler's part of the handshake.</summary>
    internal static async Task<RawPeer> DialAsync(Node node, Identity identity, string from = "127.0.0.2", bool reads = true)
    {
        using var noise = new NoiseIdentity(identity, [YamuxSession.Protocol]);
        return await HandshakeAsync(await ConnectAsync(node, from), noise.Static, noise.Payload, dialler: true, reads);
    }

    /// <summary>Does either part of the handshake on a socket, with a payload that need not be true.</summary>
    internal static async Task<RawPeer> HandshakeAsync(Socket socket, X25519Key staticKey, byte[] payload, bool dialler, bool reads = true)
    {
        var source = new SocketSource(socket);
        using var noise = new NoiseHandshake(staticKey, X25519Key.Generate());
        byte[] opening = MultistreamMessage.Encode(MultistreamMessage.Header, Handshake.NoiseProtocol);
        byte[] theirs;
        if (dialler)
        {
            await socket.SendAsync((byte[])[.. opening, .. Frame(noise.WriteFirst())], SocketFlags.None, Token);
            await SkipAsync(source, opening);
            theirs = noise.ReadSecond(await TakeFrameAsync(source));
            await socket.SendAsync(Frame(noise.WriteThird(payload)), SocketFlags.None, Token);
        }
        else
        {
            await SkipAsync(source, opening);
            await socket.SendAsync(opening, SocketFlags.None, Token);
            noise.ReadFirst(await TakeFrameAsync(source));
            await socket.SendAsync(Frame(noise.WriteSecond(payload)), SocketFlags.None, Token);
            theirs = noise.ReadThird(await TakeFrameAsync(source));
        }

        using var nobody = Identity.GenerateEd25519();
        using var judge = new NoiseIdentity(nobody, []);
        var (peer, muxers) = judge.Verify(theirs, noise.RemoteStatic, expected: null);
        var (fromInitiator, fromResponder) = noise.Split();
        var reader = new SecureReader(source, new NoiseCipher(dialler ? fromResponder : fromInitiator));
        return new RawPeer(socket, new NoiseCipher(dialler ? fromInitiator : fromResponder), reader, new Proven(peer, muxers), reads);
    }

    internal Task SendAsync(YamuxType type, YamuxFlags flags, uint stream, uint length, byte[]? body = null) =>
        SendAsync([.. Header(type, flags, stream, length), .. body ?? []]);

    /// <summary>Sends bytes inside the secure channel.</summary>
    internal async Task SendAsync(byte[] text)
    {
        await _sending.WaitAsync(Token);
        try
        {
            foreach (var part in text.Chunk(60_000))
            {
                var box = new byte[2 + part.Length + NoiseCipher.TagSize];
                BinaryPrimitives.WriteUInt16BigEndian(box, (ushort)(box.Length - 2));
                part.CopyTo(box, 2);
                _cipher.Encrypt(box.AsSpan(2));
                await SendRawAsync(box);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends bytes past the secure channel.</summary>
    internal async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, Token)..];
        }
    }

    /// <summary>Sends as long as the other end takes it; being cut off is what an attack expects.</summary>
    internal async Task<bool> TrySendAsync(byte[] text)
    {
        try
        {
            await SendAsync(text);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    internal static byte[] Header(YamuxType type, YamuxFlags flags, uint stream, uint length)
    {
        var bytes = new byte[YamuxHeader.Size];
        new YamuxHeader(type, flags, stream, length).Write(bytes);
        return bytes;
    }

    /// <summary>A stream's first frame: SYN with the protocol's proposal, and data after it.</summary>
    internal static byte[] Open(uint stream, string protocol, params byte[] data)
    {
        byte[] body = [.. MultistreamMessage.Encode(MultistreamMessage.Header, protocol), .. data];
        return [.. Header(YamuxType.Data, YamuxFlags.Syn, stream, (uint)body.Length), .. body];
    }

    /// <summary>The next frame that fits; fails after 20 s, or when the connection ends first.</summary>
    internal async Task<(YamuxHeader Header, byte[] Body)> NextAsync(Func<YamuxHeader, bool> fits)
    {
        while (true)
        {
            var frame = await _frames.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
            if (fits(frame.Header))
            {
                return frame;
            }
        }
    }

    /// <summary>Reads a stream's data until it is as long as asked.</summary>
    internal async Task<byte[]> ReadAsync(uint stream, int count)
    {
        var all = new List<byte>();
        while (all.Count < count)
        {
            all.AddRange((await NextAsync(h => h.Type == YamuxType.Data && h.Stream == stream)).Body);
        }

        return [.. all];
    }

    /// <summary>Waits until the other end has cut the connection; returns the go-away's code, or null without one.</summary>
    internal async Task<uint?> CutAsync()
    {
        uint? code = null;
        await _pump.WaitAsync(TimeSpan.FromSeconds(20), Token);
        while (_frames.Reader.TryRead(out var frame))
        {
            code = frame.Header.Type == YamuxType.GoAway ? frame.Header.Length : code;
        }

        return code;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _pump;
        _reader.Dispose();
        _cipher.Dispose();
    }

    private static byte[] Frame(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static async Task SkipAsync(SocketSource source, byte[] expected)
    {
        await source.FillAsync(expected.Length, Token);
        Assert.Equal(expected, source.Buffered[..expected.Length].ToArray());
        source.Take(expected.Length);
    }

    private static async Task<byte[]> TakeFrameAsync(SocketSource source)
    {
        await source.FillAsync(2, Token);
        int length = BinaryPrimitives.ReadUInt16BigEndian(source.Buffered.Span);
        await source.FillAsync(2 + length, Token);
        var message = source.Buffered.Slice(2, length).ToArray();
        source.Take(2 + length);
        return message;
    }

    private async Task PumpAsync()
    {
        var bytes = new List<byte>();
        try
        {
            while (true)
            {
                bytes.AddRange((await _reader.ReadAsync(Token)).Span);
                for (var size = 0; bytes.Count >= YamuxHeader.Size; bytes.RemoveRange(0, size))
                {
                    var header = YamuxHeader.Read(bytes[..YamuxHeader.Size].ToArray());
                    size = YamuxHeader.Size + (header.Type == YamuxType.Data ? (int)header.Length : 0);
                    if (bytes.Count < size)
                    {
                        break;
                    }

                    await TakeAsync(header, bytes[YamuxHeader.Size..size].ToArray());
                }
            }
        }
        catch (Exception e) when (e is Libp2pException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _frames.Writer.TryComplete();
        }
    }

    private async Task TakeAsync(YamuxHeader header, byte[] body)
    {
        if (header is { Type: YamuxType.Ping, Flags: YamuxFlags.Syn })
        {
            await SendAsync(YamuxType.Ping, YamuxFlags.Ack, 0, header.Length);
        }
        else
        {
            _frames.Writer.TryWrite((header, body));
        }
    }

    internal sealed record Proven(PeerId Peer, string[] Muxers);
}
