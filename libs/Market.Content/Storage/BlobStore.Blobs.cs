using Market.Content.Chunks;

namespace Market.Content.Storage;

public sealed partial class BlobStore
{
    /// <summary>Stores everything that a stream has left, chunk by chunk as it comes.</summary>
    /// <exception cref="ContentException">
    /// <see cref="ContentReason.StoreFull"/>, <see cref="ContentReason.DiskFull"/>, or <see cref="ContentReason.TooLarge"/>: more
    /// than <see cref="Manifest.LargestBlob"/>.
    /// </exception>
    public async Task<Blob> AddAsync(Stream source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var hold = HoldBlocks();
        var chunks = new List<BlockDigest>();
        var chunk = new byte[Manifest.ChunkBytes];
        long size = 0;
        int read;
        do
        {
            read = await source.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read > 0 || chunks.Count == 0)
            {
                chunks.Add(await AddBlockAsync(chunk.AsMemory(0, read), hold, cancellationToken).ConfigureAwait(false));
                size += read;
            }

            if (chunks.Count > Manifest.MostChunks)
            {
                throw new ContentException(ContentReason.TooLarge, $"More than {Manifest.LargestBlob} bytes given.");
            }
        }
        while (read == chunk.Length);

        if (chunks.Count == 1)
        {
            return new Blob(new ContentId(ContentKind.Raw, chunks[0]), size);
        }

        var manifest = new Manifest(size, [.. chunks]).ToBytes();
        var root = await AddBlockAsync(manifest, hold, cancellationToken).ConfigureAwait(false);
        return new Blob(new ContentId(ContentKind.Manifest, root), size);
    }

    /// <summary>Stores a blob that is in memory.</summary>
    /// <exception cref="ContentException"><see cref="ContentReason.StoreFull"/> or <see cref="ContentReason.DiskFull"/>.</exception>
    public async Task<Blob> AddAsync(ReadOnlyMemory<byte> blob, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(blob.ToArray(), writable: false);
        return await AddAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the whole blob is there.</summary>
    public async Task<bool> ContainsAsync(ContentId id, CancellationToken cancellationToken)
    {
        try
        {
            return HasBlock(id.Digest)
                && (id.Kind == ContentKind.Raw || (await ReadManifestAsync(id, cancellationToken).ConfigureAwait(false)).Chunks.All(HasBlock));
        }
        catch (ContentException exception) when (exception.Reason is ContentReason.Missing or ContentReason.Corrupt)
        {
            return false;
        }
    }

    /// <summary>Opens a blob for reading from anywhere in it; each chunk is checked against its digest as it is read.</summary>
    /// <exception cref="ContentException">
    /// <see cref="ContentReason.Missing"/>: not all of it is there. <see cref="ContentReason.Malformed"/>: the id names something
    /// else than a manifest. The stream throws <see cref="ContentReason.Corrupt"/> where the disk lost bits.
    /// </exception>
    public async Task<Stream> OpenReadAsync(ContentId id, CancellationToken cancellationToken)
    {
        if (id.Kind == ContentKind.Raw)
        {
            return new MemoryStream(await ReadBlockAsync(id.Digest, cancellationToken).ConfigureAwait(false), writable: false);
        }

        var manifest = await ReadManifestAsync(id, cancellationToken).ConfigureAwait(false);
        var absent = manifest.Chunks.Count(chunk => !HasBlock(chunk));
        return absent == 0
            ? new BlobStream(this, manifest.Bytes, manifest.Chunks)
            : throw new ContentException(ContentReason.Missing, $"{absent} of {manifest.Count} chunks of {id} are not in the store.");
    }

    /// <summary>Reads a whole blob into memory.</summary>
    /// <exception cref="ContentException">As <see cref="OpenReadAsync"/>, or <see cref="ContentReason.TooLarge"/>.</exception>
    public async Task<byte[]> ReadAsync(ContentId id, int limit, CancellationToken cancellationToken)
    {
        var stream = await OpenReadAsync(id, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (stream.Length > limit)
            {
                throw new ContentException(ContentReason.TooLarge, $"{id} has {stream.Length} bytes, at most {limit} are allowed.");
            }

            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
    }

    /// <summary>Writes a blob to a file of its own, whole or not at all, for a program that reads files.</summary>
    /// <exception cref="ContentException">As <see cref="OpenReadAsync"/>, or <see cref="ContentReason.DiskFull"/>.</exception>
    public async Task ExportAsync(ContentId id, string path, CancellationToken cancellationToken)
    {
        var temporary = path + ".part";
        try
        {
            var source = await OpenReadAsync(id, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                var target = File.Create(temporary);
                await using (target.ConfigureAwait(false))
                {
                    await source.CopyToAsync(target, Manifest.ChunkBytes, cancellationToken).ConfigureAwait(false);
                    target.Flush(flushToDisk: true);
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
            throw DiskFull.Exception(path, exception);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    internal async Task<Manifest> ReadManifestAsync(ContentId id, CancellationToken cancellationToken) =>
        Manifest.Parse(await ReadBlockAsync(id.Digest, cancellationToken).ConfigureAwait(false));

    private async Task<BlockDigest> AddBlockAsync(ReadOnlyMemory<byte> block, BlockHold hold, CancellationToken cancellationToken)
    {
        var digest = BlockDigest.Of(block.Span);
        hold.Add(digest);
        await PutBlockAsync(digest, block, cancellationToken).ConfigureAwait(false);
        return digest;
    }
}
