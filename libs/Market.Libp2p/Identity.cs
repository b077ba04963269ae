using System.Security.Cryptography;
using Market.Libp2p.Keys;
using Market.Libp2p.Wire;
using NSec.Cryptography;

namespace Market.Libp2p;

/// <summary>A node's own private key; what proves its <see cref="PeerId"/> to others.</summary>
/// <remarks>Thread-safe. The private key appears in no text; only <see cref="ExportPrivateKey"/> gives it out.</remarks>
public sealed class Identity : IDisposable
{
    private readonly byte[] _private;
    private readonly Key? _edwards;

    private Identity(KeyType type, byte[] privateKey)
    {
        _private = privateKey;
        if (type == KeyType.Ed25519)
        {
            _edwards = Key.Import(SignatureAlgorithm.Ed25519, privateKey, KeyBlobFormat.RawPrivateKey);
        }

        PublicKey = PublicKey.FromRaw(type, _edwards?.Export(KeyBlobFormat.RawPublicKey) ?? Secp256k1.PublicKey(privateKey));
        PeerId = PeerId.FromPublicKey(PublicKey);
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The peer id that this identity proves.</summary>
    public PeerId PeerId { get; }

    /// <summary>Takes an existing secp256k1 key, such as an Ethereum account's, as a libp2p identity.</summary>
    /// <param name="privateKey">32 bytes, big endian, between 1 and the group order.</param>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: not such a number.</exception>
    public static Identity FromSecp256k1PrivateKey(ReadOnlySpan<byte> privateKey) => Secp256k1.IsPrivateKey(privateKey)
        ? new Identity(KeyType.Secp256k1, privateKey.ToArray())
        : throw Libp2pException.Malformed($"A secp256k1 private key is 32 bytes between 1 and the group order; these {privateKey.Length} bytes are not.");

    /// <summary>Takes an existing Ed25519 private key (RFC 8032 seed, 32 bytes).</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: not 32 bytes.</exception>
    public static Identity FromEd25519PrivateKey(ReadOnlySpan<byte> seed) => seed.Length == 32
        ? new Identity(KeyType.Ed25519, seed.ToArray())
        : throw Libp2pException.Malformed($"An Ed25519 private key is 32 bytes; found {seed.Length}.");

    /// <summary>Makes a new Ed25519 identity.</summary>
    public static Identity GenerateEd25519() => FromEd25519PrivateKey(RandomNumberGenerator.GetBytes(32));

    /// <summary>Makes a new secp256k1 identity.</summary>
    public static Identity GenerateSecp256k1()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        while (!Secp256k1.IsPrivateKey(key))
        {
            RandomNumberGenerator.Fill(key);
        }

        return FromSecp256k1PrivateKey(key);
    }

    /// <summary>Reads the protobuf form of a private key that other libp2p implementations store.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: another type or size.</exception>
    public static Identity ImportPrivateKey(ReadOnlySpan<byte> encoded)
    {
        var reader = new ProtoReader(encoded);
        ulong type = ulong.MaxValue;
        ReadOnlySpan<byte> data = default;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                type = reader.Number;
            }
            else if (reader.Field == 2)
            {
                data = reader.Bytes;
            }
        }

        switch (type)
        {
            case (ulong)KeyType.Secp256k1:
                return FromSecp256k1PrivateKey(data);
            case (ulong)KeyType.Ed25519 when data.Length == 64:
                var identity = FromEd25519PrivateKey(data[..32]);
                return data[32..].SequenceEqual(identity.PublicKey.Data)
                    ? identity : throw Libp2pException.Malformed("An Ed25519 private key whose public half belongs to another key.");
            default:
                throw Libp2pException.Malformed($"A private key of type {type} with {data.Length} bytes; expected type 1 (Ed25519, 64 bytes) or 2 (secp256k1, 32 bytes).");
        }
    }

    /// <summary>The private key in libp2p's protobuf form, for storing it. The caller guards the bytes.</summary>
    public byte[] ExportPrivateKey() => PublicKey.Type == KeyType.Ed25519
        ? [0x08, 1, 0x12, 64, .. _private, .. PublicKey.Data]
        : [0x08, 2, 0x12, 32, .. _private];

    /// <summary>Signs a message: deterministic ECDSA over its SHA-256 (DER, low S), or Ed25519.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => _edwards is not null
        ? SignatureAlgorithm.Ed25519.Sign(_edwards, message)
        : Secp256k1.Sign(_private, message);

    /// <summary>The peer id; never the key.</summary>
    public override string ToString() => PeerId.ToString();

    /// <summary>Wipes the private key from memory.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_private);
        _edwards?.Dispose();
    }
}
