using Market.Libp2p.Keys;
using Market.Libp2p.Wire;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Market.Libp2p;

/// <summary>A peer's identity key, checked to be a valid key when it was made.</summary>
/// <remarks>Peer ids specification, "Keys": https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md</remarks>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private readonly byte[] _data;
    private readonly ECPublicKeyParameters? _point;
    private readonly NSec.Cryptography.PublicKey? _edwards;

    private PublicKey(KeyType type, byte[] data, ECPublicKeyParameters? point, NSec.Cryptography.PublicKey? edwards) =>
        (Type, _data, _point, _edwards) = (type, data, point, edwards);

    /// <summary>Which curve the key is on.</summary>
    public KeyType Type { get; }

    /// <summary>The raw key: 33 compressed bytes for secp256k1, 32 bytes for Ed25519.</summary>
    public ReadOnlySpan<byte> Data => _data;

    /// <summary>Makes a key from its raw bytes.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: not a point on that curve.</exception>
    public static PublicKey FromRaw(KeyType type, ReadOnlySpan<byte> data)
    {
        if (type == KeyType.Secp256k1 && Secp256k1.TryDecode(data) is { } point)
        {
            return new PublicKey(type, data.ToArray(), point, null);
        }

        if (type == KeyType.Ed25519 && data.Length == 32
            && NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, data, KeyBlobFormat.RawPublicKey, out var edwards))
        {
            return new PublicKey(type, data.ToArray(), null, edwards);
        }

        throw Libp2pException.Malformed($"{data.Length} bytes are not a public key of type {type}; expected 33 (secp256k1, compressed) or 32 (Ed25519) bytes of a valid point.");
    }

    /// <summary>Reads the protobuf form <c>{type=1, data=2}</c>.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: another type (RSA, ECDSA) or no valid key.</exception>
    public static PublicKey Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > PeerId.LongestInlineKey)
        {
            throw Libp2pException.Malformed($"A public key of {encoded.Length} bytes; secp256k1 and Ed25519 keys have at most {PeerId.LongestInlineKey}.");
        }

        var reader = new ProtoReader(encoded);
        ulong? type = null;
        ReadOnlySpan<byte> data = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Number;
                    break;
                case 2:
                    data = reader.Bytes;
                    break;
            }
        }

        var key = type is (ulong)KeyType.Ed25519 or (ulong)KeyType.Secp256k1
            ? FromRaw((KeyType)type, data)
            : throw Libp2pException.Malformed($"A public key of type {type?.ToString() ?? "(none)"}; expected 1 (Ed25519) or 2 (secp256k1).");

        // A peer id is a function of the encoding, so a second encoding of one key would be a second id.
        return encoded.SequenceEqual(key.Encode())
            ? key : throw Libp2pException.Malformed("A public key that is not in its one deterministic encoding.");
    }

    /// <summary>The deterministic protobuf form <c>{type=1, data=2}</c>.</summary>
    public byte[] Encode() => [0x08, (byte)Type, 0x12, (byte)_data.Length, .. _data];

    /// <summary>Whether <paramref name="signature"/> over <paramref name="message"/> is this key's; high-S ECDSA is refused.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => _point is not null
        ? Secp256k1.Verify(_point, message, signature)
        : SignatureAlgorithm.Ed25519.Verify(_edwards!, message, signature);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && Type == other.Type && Data.SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_data);
        return hash.ToHashCode();
    }

    /// <summary>The type and the raw key in hexadecimal.</summary>
    public override string ToString() => $"{Type}:{Convert.ToHexStringLower(_data)}";
}
