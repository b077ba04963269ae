using Market.Content.Chunks;
using Microsoft.Win32.SafeHandles;

namespace Market.Content.Storage;

public sealed partial class BlobStore
{
    /// <summary>Stores a block under the digest that the caller computed from these very bytes.</summary>
    internal async Task PutBlockAsync(BlockDigest digest, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_index.Touch(digest))
            {
                return;
            }

            Reserve(block.Length);
        }

        var temporary = NextTemporary();
        var stored = false;
        try
        {
            await WriteAsync(temporary, block, cancellationToken).ConfigureAwait(false);
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(digest))!);
            lock (_lock)
            {
                File.Move(temporary, PathOf(digest), overwrite: true);
                _index.Add(digest, block.Length);
                stored = true;
            }
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
            throw DiskFull.Exception(_blocks, exception);
        }
        finally
        {
            if (!stored)
            {
                File.Delete(temporary);
                lock (_lock)
                {
                    _index.Release(block.Length);
                }
            }
        }
    }

    internal async Task<byte[]> ReadBlockAsync(BlockDigest digest, CancellationToken cancellationToken)
    {
        using var file = OpenBlock(digest);
        var block = new byte[RandomAccess.GetLength(file)];
        var read = 0;
        while (read < block.Length
            && await RandomAccess.ReadAsync(file, block.AsMemory(read), read, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            read += count;
        }

        return Verified(digest, block);
    }

    internal byte[] ReadBlock(BlockDigest digest)
    {
        using var file = OpenBlock(digest);
        var block = new byte[RandomAccess.GetLength(file)];
        var read = 0;
        while (read < block.Length && RandomAccess.Read(file, block.AsSpan(read), read) is > 0 and var count)
        {
            read += count;
        }

        return Verified(digest, block);
    }

    /// <summary>Keeps blocks from eviction until the returned hold is disposed.</summary>
    internal BlockHold HoldBlocks() => new(_lock, _index);

    private SafeFileHandle OpenBlock(BlockDigest digest)
    {
        lock (_lock)
        {
            _index.Touch(digest);
        }

        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(PathOf(digest), options: FileOptions.Asynchronous);
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            Forget(digest);
            throw new ContentException(ContentReason.Missing, $"Block {digest} is not in the store.", exception);
        }

        if (RandomAccess.GetLength(file) <= Manifest.ChunkBytes)
        {
            return file;
        }

        file.Dispose();
        throw Corrupt(digest);
    }

    private byte[] Verified(BlockDigest digest, byte[] block) =>
        BlockDigest.Of(block) == digest ? block : throw Corrupt(digest);

    private ContentException Corrupt(BlockDigest digest)
    {
        lock (_lock)
        {
            File.Delete(PathOf(digest));
            _index.Remove(digest);
        }

        return new ContentException(ContentReason.Corrupt, $"Block {digest} had changed on disk and was removed; it must be fetched again.");
    }

    private void Forget(BlockDigest digest)
    {
        lock (_lock)
        {
            if (!File.Exists(PathOf(digest)))
            {
                _index.Remove(digest);
            }
        }
    }

    private void Reserve(int bytes)
    {
        if (_index.TryReserve(bytes))
        {
            return;
        }

        foreach (var victim in _index.ChooseVictims(bytes, PinnedBlocks()))
        {
            File.Delete(PathOf(victim));
            _index.Remove(victim);
        }

        if (!_index.TryReserve(bytes))
        {
            throw new ContentException(ContentReason.StoreFull,
                $"The store holds {_index.Used} of {CapacityBytes} bytes, all pinned or in use; {bytes} more do not fit.");
        }
    }

    private HashSet<BlockDigest> PinnedBlocks()
    {
        var blocks = new HashSet<BlockDigest>();
        foreach (var id in _pins.All)
        {
            blocks.Add(id.Digest);
            if (id.Kind == ContentKind.Manifest && _index.Contains(id.Digest))
            {
                try
                {
                    blocks.UnionWith(Manifest.Parse(ReadBlock(id.Digest)).Chunks);
                }
                catch (ContentException exception) when (exception.Reason is ContentReason.Corrupt or ContentReason.Missing or ContentReason.Malformed)
                {
                    // Without its manifest a blob cannot be read, so its chunks need no protection.
                    continue;
                }
            }
        }

        return blocks;
    }

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous);
        await RandomAccess.WriteAsync(file, block, 0, cancellationToken).ConfigureAwait(false);
        RandomAccess.FlushToDisk(file);
    }
}
