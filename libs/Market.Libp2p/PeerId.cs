using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Market.Libp2p.Wire;

namespace Market.Libp2p;

/// <summary>The name of a peer: the multihash of its public key. Immutable; equal by value.</summary>
/// <remarks>
/// Keys of up to 42 encoded bytes (secp256k1, Ed25519) are hashed by identity, so the id contains the key and either
/// can be had from the other. https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md
/// </remarks>
public sealed class PeerId : IEquatable<PeerId>, ISpanParsable<PeerId>
{
    internal const int LongestInlineKey = 42;
    private const int LongestText = 128;
    private static readonly byte[] CidPrefix = [1, 0x72];

    private readonly byte[] _multihash;
    private readonly string _text;

    private PeerId(byte[] multihash)
    {
        _multihash = multihash;
        _text = Base58.Encode(multihash);
    }

    /// <summary>The binary form: code, length and digest.</summary>
    public ReadOnlySpan<byte> Bytes => _multihash;

    /// <summary>The id that <paramref name="key"/> proves.</summary>
    public static PeerId FromPublicKey(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var encoded = key.Encode();
        return new PeerId([0, (byte)encoded.Length, .. encoded]);
    }

    /// <summary>The id of a secp256k1 key, such as the one behind an Ethereum address.</summary>
    /// <param name="compressed">33 bytes: 02 or 03, then x.</param>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: not a compressed point.</exception>
    public static PeerId FromSecp256k1PublicKey(ReadOnlySpan<byte> compressed) =>
        FromPublicKey(PublicKey.FromRaw(KeyType.Secp256k1, compressed));

    /// <summary>Reads the binary form.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: not an identity or SHA-256 multihash of a key.</exception>
    public static PeerId FromBytes(ReadOnlySpan<byte> multihash) => TryFromBytes(multihash, out var id)
        ? id : throw Libp2pException.Malformed($"{multihash.Length} bytes are not a peer id; expected an identity multihash of up to {LongestInlineKey} bytes or SHA-256.");

    /// <summary>Reads the binary form; false where <see cref="FromBytes"/> would throw.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> multihash, [NotNullWhen(true)] out PeerId? id)
    {
        var inline = multihash is [0, > 0 and <= LongestInlineKey, ..] && multihash.Length == 2 + multihash[1];
        var hashed = multihash is [0x12, SHA256.HashSizeInBytes, ..] && multihash.Length == 2 + SHA256.HashSizeInBytes;
        id = inline || hashed ? new PeerId(multihash.ToArray()) : null;
        return id is not null;
    }

    /// <summary>The key inside the id; false for ids that are only a hash of their key, or that hold no valid key.</summary>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (_multihash[0] != 0)
        {
            return false;
        }

        try
        {
            key = PublicKey.Decode(_multihash.AsSpan(2));
            return true;
        }
        catch (Libp2pException)
        {
            return false;
        }
    }

    /// <summary>Whether <paramref name="key"/> is the key that this id names.</summary>
    public bool Matches(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _multihash[0] == 0
            ? _multihash.AsSpan(2).SequenceEqual(key.Encode())
            : _multihash.AsSpan(2).SequenceEqual(SHA256.HashData(key.Encode()));
    }

    /// <summary>Reads base58btc (<c>16Uiu2…</c>, <c>12D3Koo…</c>, <c>Qm…</c>) or a base32 CIDv1 of codec libp2p-key (<c>bafz…</c>).</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: neither, or longer than 128 characters.</exception>
    public static PeerId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan(), null);
    }

    /// <inheritdoc/>
    public static PeerId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static PeerId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => TryParse(s, provider, out var id)
        ? id : throw Libp2pException.Malformed($"'{(s.Length > LongestText ? $"{s[..20]}…" : s)}' is not a peer id; expected base58 of a multihash or a CID of a libp2p key.");

    /// <summary>Reads either text form; false where <see cref="Parse(string)"/> would throw.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerId? id) =>
        TryParse(text.AsSpan(), null, out id);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out PeerId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out PeerId result)
    {
        result = null;
        if (s.IsEmpty || s.Length > LongestText)
        {
            return false;
        }

        if (s[0] == '1' || s.StartsWith("Qm", StringComparison.Ordinal))
        {
            return Base58.TryDecode(s, out var bytes) && TryFromBytes(bytes, out result);
        }

        return s[0] == 'b' && Base32.TryDecode(s[1..], out var cid)
            && cid.AsSpan().StartsWith(CidPrefix) && TryFromBytes(cid.AsSpan(2), out result);
    }

    /// <summary>The id as a base32 CIDv1 of codec libp2p-key.</summary>
    public string ToCid() => $"b{Base32.Encode([.. CidPrefix, .. _multihash])}";

    /// <inheritdoc/>
    public bool Equals(PeerId? other) => other is not null && _multihash.AsSpan().SequenceEqual(other._multihash);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <summary>Whether both are the same id, or both null.</summary>
    public static bool operator ==(PeerId? left, PeerId? right) => Equals(left, right);

    /// <summary>Whether they are not the same id.</summary>
    public static bool operator !=(PeerId? left, PeerId? right) => !Equals(left, right);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // Ids are chosen by strangers: a seeded hash keeps them from choosing collisions.
        var hash = default(HashCode);
        hash.AddBytes(_multihash);
        return hash.ToHashCode();
    }

    /// <summary>The id in base58btc.</summary>
    public override string ToString() => _text;
}
