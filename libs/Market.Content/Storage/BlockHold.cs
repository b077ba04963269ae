namespace Market.Content.Storage;

/// <summary>Blocks that an operation needs until it is disposed.</summary>
internal sealed class BlockHold(Lock gate, BlockIndex index) : IDisposable
{
    private readonly List<BlockDigest> _held = [];

    public void Add(BlockDigest digest)
    {
        lock (gate)
        {
            index.Hold(digest);
            _held.Add(digest);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var digest in _held)
            {
                index.Unhold(digest);
            }

            _held.Clear();
        }
    }
}
