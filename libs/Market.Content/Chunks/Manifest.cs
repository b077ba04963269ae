using System.Buffers.Binary;

namespace Market.Content.Chunks;

/// <summary>Lists the chunks of a blob that is larger than one.</summary>
/// <remarks>
/// <c>"MKTM" ‖ 01 ‖ u64 size ‖ SHA-256 of each chunk</c>, integers big-endian. Every chunk but the last has
/// <see cref="ChunkBytes"/>, the last has 1 to <see cref="ChunkBytes"/>. A manifest fits into one chunk itself, which bounds a
/// blob to <see cref="LargestBlob"/>. There is exactly one manifest for a blob.
/// </remarks>
public sealed class Manifest
{
    /// <summary>The size of a chunk: 1 MiB.</summary>
    public const int ChunkBytes = 1 << 20;

    /// <summary>The most chunks of a blob.</summary>
    public const int MostChunks = (ChunkBytes - HeaderBytes) / BlockDigest.Length;

    /// <summary>The largest blob: just under 32 GiB.</summary>
    public const long LargestBlob = (long)MostChunks * ChunkBytes;

    private const int HeaderBytes = 13;

    private readonly BlockDigest[] _chunks;

    internal Manifest(long bytes, BlockDigest[] chunks) => (Bytes, _chunks) = (bytes, chunks);

    /// <summary>The blob's size.</summary>
    public long Bytes { get; }

    /// <summary>How many chunks it has, at least 2.</summary>
    public int Count => _chunks.Length;

    internal IReadOnlyList<BlockDigest> Chunks => _chunks;

    /// <summary>The size of one chunk.</summary>
    public int SizeOf(int chunk) => (int)Math.Min(ChunkBytes, Bytes - (long)chunk * ChunkBytes);

    /// <summary>The manifest's bytes, of which the blob's id holds the digest.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + _chunks.Length * BlockDigest.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(Magic.Length), Bytes);
        for (var i = 0; i < _chunks.Length; i++)
        {
            _chunks[i].CopyTo(bytes.AsSpan(HeaderBytes + i * BlockDigest.Length));
        }

        return bytes;
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ContentException"><see cref="ContentReason.Malformed"/>.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < HeaderBytes or > ChunkBytes || !bytes.StartsWith(Magic))
        {
            throw Malformed($"{bytes.Length} bytes are no manifest: expected 'MKTM', version 1 and a list of chunks");
        }

        var size = BinaryPrimitives.ReadInt64BigEndian(bytes[Magic.Length..]);
        if (size is <= ChunkBytes or > LargestBlob)
        {
            throw Malformed($"A manifest of a blob of {size} bytes found, expected {ChunkBytes + 1} to {LargestBlob}");
        }

        var chunks = new BlockDigest[(size + ChunkBytes - 1) / ChunkBytes];
        if (bytes.Length != HeaderBytes + chunks.Length * BlockDigest.Length)
        {
            throw Malformed($"A manifest of {bytes.Length} bytes found, expected {chunks.Length} chunks for a blob of {size} bytes");
        }

        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = new BlockDigest(bytes.Slice(HeaderBytes + i * BlockDigest.Length, BlockDigest.Length));
        }

        return new Manifest(size, chunks);
    }

    private static ReadOnlySpan<byte> Magic => "MKTM\u0001"u8;

    private static ContentException Malformed(string message) => new(ContentReason.Malformed, message + ".");
}
