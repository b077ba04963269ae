namespace Market.Libp2p.Connections;

/// <summary>Bytes that may be held, inside a larger budget; a reservation holds in both or in neither.</summary>
/// <param name="limit">The most bytes.</param>
/// <param name="parent">The larger budget, which several share.</param>
/// <param name="own">The first so many bytes are not asked of the larger budget, whatever the others hold of it.</param>
internal sealed class MemoryBudget(long limit, MemoryBudget? parent = null, long own = 0)
{
    private readonly Lock _gate = new();
    private long _used;
    private long _ownWithin;

    /// <summary>Bytes held, with those that the budgets inside this one hold of their own.</summary>
    internal long Held => Interlocked.Read(ref _used) + Interlocked.Read(ref _ownWithin);

    internal bool TryReserve(long bytes)
    {
        lock (_gate)
        {
            var used = _used + bytes;
            if (used > limit || (parent is not null && !parent.TryReserve(Shared(used) - Shared(_used))))
            {
                return false;
            }

            Change(used);
            return true;
        }
    }

    internal void Release(long bytes)
    {
        lock (_gate)
        {
            parent?.Release(Shared(_used) - Shared(_used - bytes));
            Change(_used - bytes);
        }
    }

    private void Change(long used)
    {
        if (parent is not null)
        {
            Interlocked.Add(ref parent._ownWithin, Math.Min(used, own) - Math.Min(_used, own));
        }

        Interlocked.Exchange(ref _used, used);
    }

    private long Shared(long used) => Math.Max(0, used - own);
}
