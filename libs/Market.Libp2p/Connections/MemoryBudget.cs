namespace Market.Libp2p.Connections;

/// <summary>Bytes that may be held, inside a larger budget; a reservation holds in both or in neither.</summary>
internal sealed class MemoryBudget(long limit, MemoryBudget? parent = null)
{
    private long _used;

    internal long Used => Interlocked.Read(ref _used);

    internal bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit && (parent is null || parent.TryReserve(bytes)))
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    internal void Release(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        parent?.Release(bytes);
    }
}
