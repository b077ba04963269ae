using System.Globalization;
using Market.Content.Chunks;

namespace Market.Content.Storage;

/// <summary>Blobs on disk, named by their content, within a size bound.</summary>
/// <remarks>
/// Every block (a chunk or a manifest) is one file <c>blocks/ab/abcd…</c>, written beside, flushed to disk and renamed into place,
/// so a crash leaves whole blocks or none. File names are made from digests only. When the bound is reached the blocks that were
/// not used for longest go, except those of pinned blobs and of operations under way. Safe for concurrent use; a folder can be
/// open in one store only.
/// </remarks>
public sealed partial class BlobStore : IDisposable
{
    private const long LeastCapacity = 4L << 20;

    private readonly Lock _lock = new();
    private readonly BlockIndex _index;
    private readonly PinBook _pins;
    private readonly FileStream _lockFile;
    private readonly string _blocks;
    private readonly string _temporary;
    private long _names;

    private BlobStore(BlobStoreOptions options)
    {
        CapacityBytes = options.CapacityBytes;
        _lockFile = Acquire(Path.Combine(Directory.CreateDirectory(options.Folder).FullName, "lock"));
        _blocks = Directory.CreateDirectory(Path.Combine(options.Folder, "blocks")).FullName;
        _temporary = Path.Combine(Path.GetFullPath(options.Folder), "tmp");
        _index = new BlockIndex(CapacityBytes);
        _pins = new PinBook(Path.Combine(options.Folder, "pins"));
    }

    /// <summary>The most room that blocks may take.</summary>
    public long CapacityBytes { get; }

    /// <summary>The room that blocks take now, each rounded up to 4 KiB.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return _index.Used;
            }
        }
    }

    /// <summary>Opens a store, removes what a crash left half written, and learns what is there.</summary>
    /// <exception cref="ContentException"><see cref="ContentReason.StoreInUse"/>.</exception>
    public static BlobStore Open(BlobStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CapacityBytes, LeastCapacity);
        var store = new BlobStore(options);
        try
        {
            store.Load();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a blob until <paramref name="holder"/> unpins it, over restarts too; it need not be there yet.</summary>
    /// <param name="id">The blob.</param>
    /// <param name="holder">Who needs it, for example a job's id: 1 to 100 letters, digits, dots and dashes.</param>
    public void Pin(ContentId id, string holder)
    {
        lock (_lock)
        {
            _pins.Add(id, holder);
        }
    }

    /// <summary>Lets go of everything that <paramref name="holder"/> pinned; what nobody else pins may be evicted.</summary>
    public void Unpin(string holder)
    {
        lock (_lock)
        {
            _pins.Remove(holder);
        }
    }

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lockFile.Dispose();

    internal bool HasBlock(BlockDigest digest)
    {
        lock (_lock)
        {
            return _index.Contains(digest);
        }
    }

    private static FileStream Acquire(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new ContentException(ContentReason.StoreInUse, $"The store '{Path.GetDirectoryName(path)}' is open already.", exception);
        }
    }

    private void Load()
    {
        if (Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }

        Directory.CreateDirectory(_temporary);
        var files = new DirectoryInfo(_blocks).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.LastWriteTimeUtc);
        foreach (var file in files)
        {
            if (file.Length is >= 0 and <= Manifest.ChunkBytes && TryDigest(file, out var digest))
            {
                _index.Load(digest, (int)file.Length);
            }
        }
    }

    /// <summary>Only a file that lies where its own digest puts it is a block; anything else in the folder is left alone.</summary>
    private bool TryDigest(FileInfo file, out BlockDigest digest)
    {
        var bytes = new byte[BlockDigest.Length];
        digest = default;
        if (Convert.FromHexString(file.Name, bytes, out _, out var written) != System.Buffers.OperationStatus.Done
            || written != BlockDigest.Length)
        {
            return false;
        }

        digest = new BlockDigest(bytes);
        return file.FullName == PathOf(digest);
    }

    private string PathOf(BlockDigest digest)
    {
        var name = digest.ToString();
        return Path.Combine(_blocks, name[..2], name);
    }

    private string NextTemporary() =>
        Path.Combine(_temporary, Interlocked.Increment(ref _names).ToString(CultureInfo.InvariantCulture));
}
