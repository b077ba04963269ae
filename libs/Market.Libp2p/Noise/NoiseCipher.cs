using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Market.Libp2p.Noise;

/// <summary>ChaCha20-Poly1305 under one key with Noise's counting nonce. Not thread-safe.</summary>
internal sealed class NoiseCipher(ReadOnlySpan<byte> key) : IDisposable
{
    internal const int TagSize = 16;
    private readonly ChaCha20Poly1305 _aead = new(key);
    private ulong _counter;

    /// <summary>Encrypts in place; the tag follows the text.</summary>
    internal void Encrypt(Span<byte> textThenTag, ReadOnlySpan<byte> associated = default)
    {
        Span<byte> nonce = stackalloc byte[12];
        Next(nonce);
        var text = textThenTag[..^TagSize];
        _aead.Encrypt(nonce, text, text, textThenTag[^TagSize..], associated);
    }

    /// <summary>Decrypts in place and returns the text's part of the buffer; throws when the tag does not fit.</summary>
    internal Span<byte> Decrypt(Span<byte> textThenTag, ReadOnlySpan<byte> associated = default)
    {
        if (textThenTag.Length < TagSize)
        {
            throw Libp2pException.Violation($"A Noise message of {textThenTag.Length} bytes has no room for its tag of {TagSize}.");
        }

        Span<byte> nonce = stackalloc byte[12];
        Next(nonce);
        var text = textThenTag[..^TagSize];
        try
        {
            _aead.Decrypt(nonce, text, textThenTag[^TagSize..], text, associated);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new Libp2pException(Libp2pReason.Security, "A Noise message does not fit its authentication tag.", e);
        }

        return text;
    }

    public void Dispose() => _aead.Dispose();

    private void Next(Span<byte> nonce)
    {
        // 2^64 - 1 is reserved by Noise; no connection lives to see it, but a repeated nonce would give the key away.
        if (_counter == ulong.MaxValue)
        {
            throw Libp2pException.Violation("The Noise nonce is used up.");
        }

        nonce.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _counter++);
    }
}
