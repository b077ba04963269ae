using System.Security.Cryptography;

namespace Market.Libp2p.Noise;

/// <summary>
/// Noise_XX_25519_ChaChaPoly_SHA256 with an empty prologue, as bytes in and bytes out.
/// <code>
///   initiator                          responder
///   WriteFirst   e               →     ReadFirst
///   ReadSecond   e, ee, s, es, p ←     WriteSecond
///   WriteThird   s, se, p        →     ReadThird
/// </code>
/// </summary>
/// <remarks>https://noiseprotocol.org/noise.html sections 5 and 7; https://github.com/libp2p/specs/tree/master/noise</remarks>
internal sealed class NoiseHandshake : IDisposable
{
    private const int SealedKeySize = X25519Key.Size + NoiseCipher.TagSize;
    private readonly X25519Key _static;
    private readonly X25519Key _ephemeral;
    private byte[] _hash = "Noise_XX_25519_ChaChaPoly_SHA256"u8.ToArray();
    private byte[] _chain;
    private NoiseCipher? _cipher;
    private byte[] _remoteEphemeral = [];

    /// <summary>Starts a handshake with the given static key, which stays the caller's, and an ephemeral key, which does not.</summary>
    internal NoiseHandshake(X25519Key staticKey, X25519Key ephemeral)
    {
        (_static, _ephemeral, _chain) = (staticKey, ephemeral, _hash);
        MixHash([]);
    }

    /// <summary>The other end's static key, known after its message with <c>s</c> was read.</summary>
    internal byte[] RemoteStatic { get; private set; } = [];

    internal byte[] WriteFirst()
    {
        MixHash(_ephemeral.Public);
        MixHash([]);
        return _ephemeral.Public;
    }

    internal void ReadFirst(ReadOnlySpan<byte> message)
    {
        ReadEphemeral(message);
        if (message.Length != X25519Key.Size)
        {
            throw Libp2pException.Violation($"The first Noise message has {message.Length} bytes, expected a key of {X25519Key.Size} and no payload.");
        }

        MixHash([]);
    }

    internal byte[] WriteSecond(ReadOnlySpan<byte> payload)
    {
        MixHash(_ephemeral.Public);
        MixKey(_ephemeral.Agree(_remoteEphemeral));
        var sealedStatic = Seal(_static.Public);
        MixKey(_static.Agree(_remoteEphemeral));
        return [.. _ephemeral.Public, .. sealedStatic, .. Seal(payload)];
    }

    internal byte[] ReadSecond(ReadOnlySpan<byte> message)
    {
        RequireLength(message, X25519Key.Size + SealedKeySize + NoiseCipher.TagSize);
        ReadEphemeral(message);
        MixKey(_ephemeral.Agree(_remoteEphemeral));
        RemoteStatic = Open(message.Slice(X25519Key.Size, SealedKeySize));
        MixKey(_ephemeral.Agree(RemoteStatic));
        return Open(message[(X25519Key.Size + SealedKeySize)..]);
    }

    internal byte[] WriteThird(ReadOnlySpan<byte> payload)
    {
        var sealedStatic = Seal(_static.Public);
        MixKey(_static.Agree(_remoteEphemeral));
        return [.. sealedStatic, .. Seal(payload)];
    }

    internal byte[] ReadThird(ReadOnlySpan<byte> message)
    {
        RequireLength(message, SealedKeySize + NoiseCipher.TagSize);
        RemoteStatic = Open(message[..SealedKeySize]);
        MixKey(_ephemeral.Agree(RemoteStatic));
        return Open(message[SealedKeySize..]);
    }

    /// <summary>The transport keys: initiator to responder, and back.</summary>
    internal (byte[] FromInitiator, byte[] FromResponder) Split() => Expand([]);

    public void Dispose()
    {
        _cipher?.Dispose();
        _ephemeral.Dispose();
        CryptographicOperations.ZeroMemory(_chain);
    }

    private static void RequireLength(ReadOnlySpan<byte> message, int least)
    {
        if (message.Length < least)
        {
            throw Libp2pException.Violation($"A Noise handshake message has {message.Length} bytes, expected at least {least}.");
        }
    }

    private void ReadEphemeral(ReadOnlySpan<byte> message)
    {
        RequireLength(message, X25519Key.Size);
        _remoteEphemeral = message[..X25519Key.Size].ToArray();
        MixHash(_remoteEphemeral);
    }

    private void MixHash(ReadOnlySpan<byte> data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(_hash);
        sha.AppendData(data);
        _hash = sha.GetHashAndReset();
    }

    private void MixKey(byte[] secret)
    {
        (_chain, var key) = Expand(secret);
        _cipher?.Dispose();
        _cipher = new NoiseCipher(key);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(secret);
    }

    private (byte[] First, byte[] Second) Expand(ReadOnlySpan<byte> secret)
    {
        var temporary = HMACSHA256.HashData(_chain, secret);
        var first = HMACSHA256.HashData(temporary, new byte[] { 1 });
        return (first, HMACSHA256.HashData(temporary, (byte[])[.. first, 2]));
    }

    private byte[] Seal(ReadOnlySpan<byte> text)
    {
        var box = new byte[text.Length + NoiseCipher.TagSize];
        text.CopyTo(box);
        _cipher!.Encrypt(box, _hash);
        MixHash(box);
        return box;
    }

    private byte[] Open(ReadOnlySpan<byte> box)
    {
        var text = _cipher!.Decrypt(box.ToArray(), _hash).ToArray();
        MixHash(box);
        return text;
    }
}
