using System.Diagnostics.CodeAnalysis;
using Market.Content.Chunks;

namespace Market.Content;

/// <summary>Names a blob by what is in it: a CIDv1 with a SHA-256 multihash, written in base32.</summary>
/// <remarks>
/// A blob of up to <see cref="Manifest.ChunkBytes"/> is named by its own digest, a larger one by that of its manifest, so digest
/// and size together give the id (<see cref="ForBlob"/>). Binary: 01, codec as varint, 12, 20, digest. Text: <c>b</c> and
/// RFC 4648 base32 in lower case without padding. No other version, codec, hash or base is read. https://github.com/multiformats/cid
/// </remarks>
public readonly record struct ContentId : IParsable<ContentId>
{
    private static readonly byte[] RawPrefix = [0x01, 0x55, 0x12, BlockDigest.Length];
    private static readonly byte[] ManifestPrefix = [0x01, 0x81, 0x80, 0xc0, 0x01, 0x12, BlockDigest.Length];

    internal ContentId(ContentKind kind, BlockDigest digest) => (Kind, Digest) = (kind, digest);

    /// <summary>Takes a digest of 32 bytes.</summary>
    public ContentId(ContentKind kind, ReadOnlySpan<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, BlockDigest.Length, nameof(digest));
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected raw or manifest.");
        }

        (Kind, Digest) = (kind, new BlockDigest(digest));
    }

    /// <summary>What the digest is taken over.</summary>
    public ContentKind Kind { get; }

    internal BlockDigest Digest { get; }

    /// <summary>The id of a blob of which digest and size are known.</summary>
    public static ContentId ForBlob(ReadOnlySpan<byte> digest, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new(bytes <= Manifest.ChunkBytes ? ContentKind.Raw : ContentKind.Manifest, digest);
    }

    /// <summary>The id of a blob of one chunk.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than one chunk.</exception>
    public static ContentId OfChunk(ReadOnlySpan<byte> blob)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blob.Length, Manifest.ChunkBytes, nameof(blob));
        return new(ContentKind.Raw, BlockDigest.Of(blob));
    }

    /// <summary>The digest as a new array of 32 bytes.</summary>
    public byte[] DigestBytes()
    {
        var bytes = new byte[BlockDigest.Length];
        Digest.CopyTo(bytes);
        return bytes;
    }

    /// <summary>The binary CID.</summary>
    public byte[] ToBytes() => [.. Kind == ContentKind.Manifest ? ManifestPrefix : RawPrefix, .. DigestBytes()];

    /// <summary>Reads a binary CID; false for anything that this market does not use.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, out ContentId id)
    {
        var raw = bytes.Length == RawPrefix.Length + BlockDigest.Length && bytes.StartsWith(RawPrefix);
        var manifest = bytes.Length == ManifestPrefix.Length + BlockDigest.Length && bytes.StartsWith(ManifestPrefix);
        id = raw || manifest
            ? new ContentId(raw ? ContentKind.Raw : ContentKind.Manifest, bytes[^BlockDigest.Length..])
            : default;
        return raw || manifest;
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="ContentException"><see cref="ContentReason.Malformed"/>.</exception>
    public static ContentId Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var id)
        ? id
        : throw new ContentException(ContentReason.Malformed,
            $"'{(s is { Length: > 80 } ? s[..77] + "..." : s)}' is no content id: expected a CIDv1 in base32, raw or manifest, SHA-256.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ContentId result)
    {
        result = default;
        return s is { Length: > 1 and < 80 } && s[0] == 'b' && Base32.TryDecode(s.AsSpan(1), out var bytes) && TryFromBytes(bytes, out result);
    }

    /// <summary>The text form, for example <c>bafkrei…</c>.</summary>
    public override string ToString() => "b" + Base32.Encode(ToBytes());
}
