using System.Buffers.Binary;
using System.Net.Sockets;
using Market.Libp2p.Multistream;
using Market.Libp2p.Noise;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Connections;

/// <summary>Turns a TCP connection into a secured and multiplexed one: multistream-select, Noise, muxer.</summary>
internal sealed class Handshake(NoiseIdentity identity, Socket socket, SocketSource source, Action<Exception> failed)
{
    internal const string NoiseProtocol = "/noise";

    /// <summary>The muxers this library speaks, as it announces them.</summary>
    internal static readonly string[] Muxers = [YamuxSession.Protocol];

    /// <summary>Handshake messages carry a key, a signature and names; nothing honest comes near this.</summary>
    private const int LongestMessage = 4096;

    /// <summary>The dialling side; our first Noise message goes out with the proposal, which saves a round trip.</summary>
    internal async Task<SecuredSocket> DialAsync(PeerId? expected, CancellationToken cancellationToken)
    {
        using var noise = new NoiseHandshake(identity.Static, X25519Key.Generate());
        var dialler = new MultistreamDialer([NoiseProtocol]);
        byte[] opening = [.. dialler.Opening, .. Frame(noise.WriteFirst())];
        await SendAsync(opening, cancellationToken).ConfigureAwait(false);
        await NegotiateAsync(dialler.Advance, cancellationToken).ConfigureAwait(false);
        var theirs = noise.ReadSecond(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
        var (remote, muxers) = identity.Verify(theirs, noise.RemoteStatic, expected);
        await SendAsync(Frame(noise.WriteThird(identity.Payload)), cancellationToken).ConfigureAwait(false);
        return await MultiplexAsync(noise, remote, muxers, dialled: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The listening side.</summary>
    internal async Task<SecuredSocket> AcceptAsync(CancellationToken cancellationToken)
    {
        var listener = new MultistreamListener(protocol => protocol == NoiseProtocol);
        await NegotiateAsync(listener.Advance, cancellationToken).ConfigureAwait(false);
        using var noise = new NoiseHandshake(identity.Static, X25519Key.Generate());
        noise.ReadFirst(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
        await SendAsync(Frame(noise.WriteSecond(identity.Payload)), cancellationToken).ConfigureAwait(false);
        var theirs = noise.ReadThird(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
        var (remote, muxers) = identity.Verify(theirs, noise.RemoteStatic, expected: null);
        return await MultiplexAsync(noise, remote, muxers, dialled: false, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Frame(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private async Task<SecuredSocket> MultiplexAsync(NoiseHandshake noise, PeerId remote, string[] muxers, bool dialled, CancellationToken cancellationToken)
    {
        var (fromInitiator, fromResponder) = noise.Split();
        var reader = new SecureReader(source, new NoiseCipher(dialled ? fromResponder : fromInitiator));
        var writer = new SecureWriter(socket, new NoiseCipher(dialled ? fromInitiator : fromResponder), failed);
        if (muxers.Contains(YamuxSession.Protocol))
        {
            return new SecuredSocket(reader, writer, remote, []);
        }

        if (muxers.Length > 0)
        {
            throw new Libp2pException(Libp2pReason.ProtocolNotSupported, $"The other end offers no muxer that is known here; expected {YamuxSession.Protocol}.");
        }

        var early = await NegotiateMuxerAsync(reader, writer, dialled, cancellationToken).ConfigureAwait(false);
        return new SecuredSocket(reader, writer, remote, early);
    }

    // Peers without the early-muxer extension agree on the muxer inside the secured connection.
    private static async Task<byte[]> NegotiateMuxerAsync(SecureReader reader, SecureWriter writer, bool dialled, CancellationToken cancellationToken)
    {
        var dialler = new MultistreamDialer(Muxers);
        var listener = new MultistreamListener(Muxers.Contains);
        if (dialled)
        {
            writer.AppendControl(dialler.Opening);
            writer.Flush();
        }

        var pending = new List<byte>();
        while (true)
        {
            var text = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            pending.AddRange(text.Span);
            var replies = new List<byte>();
            ReadOnlySpan<byte> input = pending.ToArray();
            var agreed = dialled ? dialler.Advance(ref input, replies) : listener.Advance(ref input, replies);
            pending.RemoveRange(0, pending.Count - input.Length);
            writer.AppendControl(replies.ToArray());
            writer.Flush();
            if (agreed is not null)
            {
                return [.. pending];
            }
        }
    }

    private async Task NegotiateAsync(Negotiation advance, CancellationToken cancellationToken)
    {
        while (true)
        {
            await source.FillAsync(source.Buffered.Length + 1, cancellationToken).ConfigureAwait(false);
            var replies = new List<byte>();
            if (Advance(advance, replies) is not null)
            {
                await SendAsync(replies.ToArray(), cancellationToken).ConfigureAwait(false);
                return;
            }

            await SendAsync(replies.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    private string? Advance(Negotiation advance, List<byte> replies)
    {
        ReadOnlySpan<byte> input = source.Buffered.Span;
        var agreed = advance(ref input, replies);
        source.Take(source.Buffered.Length - input.Length);
        return agreed;
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        await source.FillAsync(2, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16BigEndian(source.Buffered.Span);
        if (length > LongestMessage)
        {
            throw Libp2pException.Violation($"A Noise handshake message claims {length} bytes, at most {LongestMessage} are accepted.");
        }

        await source.FillAsync(2 + length, cancellationToken).ConfigureAwait(false);
        var message = source.Buffered.Slice(2, length).ToArray();
        source.Take(2 + length);
        return message;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new Libp2pException(Libp2pReason.ConnectionLost, $"The connection was cut during the handshake: {e.Message}", e);
        }
    }

    private delegate string? Negotiation(ref ReadOnlySpan<byte> input, List<byte> replies);
}
