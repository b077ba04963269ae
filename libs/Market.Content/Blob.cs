using Market.Content.Chunks;

namespace Market.Content;

/// <summary>A blob that is there as a whole.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct Blob(ContentId Id, long Bytes)
{
    /// <summary>What a blob in memory is called, without storing it.</summary>
    public static Blob Of(ReadOnlySpan<byte> blob)
    {
        if (blob.Length <= Manifest.ChunkBytes)
        {
            return new Blob(ContentId.OfChunk(blob), blob.Length);
        }

        var chunks = new List<BlockDigest>();
        for (var rest = blob; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, Manifest.ChunkBytes)..])
        {
            chunks.Add(BlockDigest.Of(rest[..Math.Min(rest.Length, Manifest.ChunkBytes)]));
        }

        return new Blob(new ContentId(ContentKind.Manifest, BlockDigest.Of(new Manifest(blob.Length, [.. chunks]).ToBytes())), blob.Length);
    }
}
