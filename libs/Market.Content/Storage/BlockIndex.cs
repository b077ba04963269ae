namespace Market.Content.Storage;

/// <summary>Which blocks a store holds, how much room they take, and which go first. Not thread-safe: the store locks it.</summary>
internal sealed class BlockIndex(long capacity)
{
    private const int Granule = 4096;

    private readonly Dictionary<BlockDigest, LinkedListNode<(BlockDigest Digest, int Bytes)>> _blocks = [];
    private readonly LinkedList<(BlockDigest Digest, int Bytes)> _oldestFirst = new();
    private readonly Dictionary<BlockDigest, int> _holds = [];

    /// <summary>Room taken by blocks and by those that are being written.</summary>
    public long Used { get; private set; }

    public static long Room(int bytes) => ((long)bytes + Granule - 1) / Granule * Granule;

    public bool Contains(BlockDigest digest) => _blocks.ContainsKey(digest);

    /// <summary>Marks a block as used just now.</summary>
    public bool Touch(BlockDigest digest)
    {
        if (!_blocks.TryGetValue(digest, out var node))
        {
            return false;
        }

        _oldestFirst.Remove(node);
        _oldestFirst.AddLast(node);
        return true;
    }

    /// <summary>Takes room for a block that is about to be written; false if blocks must go first.</summary>
    public bool TryReserve(int bytes)
    {
        var fits = Used + Room(bytes) <= capacity;
        Used += fits ? Room(bytes) : 0;
        return fits;
    }

    public void Release(int bytes) => Used -= Room(bytes);

    /// <summary>Adds a block whose room is reserved; false if it was there already, which gives the room back.</summary>
    public bool Add(BlockDigest digest, int bytes)
    {
        if (_blocks.ContainsKey(digest))
        {
            Release(bytes);
            return false;
        }

        _blocks.Add(digest, _oldestFirst.AddLast((digest, bytes)));
        return true;
    }

    /// <summary>Adds a block found on disk, whatever the capacity.</summary>
    public void Load(BlockDigest digest, int bytes)
    {
        Used += Room(bytes);
        Add(digest, bytes);
    }

    public void Remove(BlockDigest digest)
    {
        if (_blocks.Remove(digest, out var node))
        {
            _oldestFirst.Remove(node);
            Release(node.Value.Bytes);
        }
    }

    /// <summary>Keeps a block for as long as an operation needs it.</summary>
    public void Hold(BlockDigest digest) => _holds[digest] = _holds.GetValueOrDefault(digest) + 1;

    public void Unhold(BlockDigest digest)
    {
        if (--_holds[digest] == 0)
        {
            _holds.Remove(digest);
        }
    }

    /// <summary>The blocks to remove so that <paramref name="bytes"/> more fit, and some spare room; empty if that is impossible.</summary>
    public List<BlockDigest> ChooseVictims(int bytes, HashSet<BlockDigest> pinned)
    {
        var victims = new List<BlockDigest>();
        var needed = Used + Room(bytes) - capacity;
        var wished = needed + capacity / 20;
        long freed = 0;
        for (var node = _oldestFirst.First; node is not null && freed < wished; node = node.Next)
        {
            if (!pinned.Contains(node.Value.Digest) && !_holds.ContainsKey(node.Value.Digest))
            {
                victims.Add(node.Value.Digest);
                freed += Room(node.Value.Bytes);
            }
        }

        return freed >= needed ? victims : [];
    }
}
