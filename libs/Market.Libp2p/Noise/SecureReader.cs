using System.Buffers.Binary;
using Market.Libp2p.Connections;

namespace Market.Libp2p.Noise;

/// <summary>The receiving half of a secured connection: frames of a 2-byte length and at most 65535 bytes, decrypted in place.</summary>
internal sealed class SecureReader(SocketSource source, NoiseCipher cipher) : IDisposable
{
    private int _held;

    /// <summary>The next message's text, which stays valid until the next call.</summary>
    internal async ValueTask<Memory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        source.Take(_held);
        _held = 0;
        await source.FillAsync(2, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16BigEndian(source.Buffered.Span);
        await source.FillAsync(2 + length, cancellationToken).ConfigureAwait(false);
        var text = cipher.Decrypt(source.Buffered.Span.Slice(2, length)).Length;
        _held = 2 + length;
        return source.Buffered.Slice(2, text);
    }

    public void Dispose()
    {
        source.Dispose();
        cipher.Dispose();
    }
}
