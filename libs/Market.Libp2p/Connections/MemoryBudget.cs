namespace Market.Libp2p.Connections;

/// <summary>Bytes that may be held, inside a larger budget; a reservation holds in both or in neither.</summary>
/// <param name="limit">The most bytes.</param>
/// <param name="parent">The larger budget, which several share.</param>
/// <param name="own">The first so many bytes are not asked of the larger budget, whatever the others hold of it.</param>
internal sealed class MemoryBudget(long limit, MemoryBudget? parent = null, long own = 0)
{
    private readonly Lock _gate = new();
    private long _used;

    /// <summary>Bytes held.</summary>
    internal long Used => Interlocked.Read(ref _used);

    internal bool TryReserve(long bytes)
    {
        lock (_gate)
        {
            var used = _used + bytes;
            var granted = used <= limit && (parent is null || parent.TryReserve(Shared(used) - Shared(_used)));
            _used = granted ? used : _used;
            return granted;
        }
    }

    internal void Release(long bytes)
    {
        lock (_gate)
        {
            parent?.Release(Shared(_used) - Shared(_used - bytes));
            _used -= bytes;
        }
    }

    private long Shared(long used) => Math.Max(0, used - own);
}
