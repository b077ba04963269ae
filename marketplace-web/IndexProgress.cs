namespace Market.Web;

/// <summary>How far the index is behind the chain.</summary>
/// <param name="First">The market's first block.</param>
/// <param name="Indexed">The newest block in the index; null while it is empty.</param>
/// <param name="Head">The chain's newest block.</param>
internal sealed record IndexProgress(long First, long? Indexed, long Head)
{
    /// <summary>With so many blocks missing an index is a moment late; with more it is incomplete.</summary>
    public const int MostBehind = 50;

    /// <summary>How many blocks the market has.</summary>
    public long Blocks => Head + 1 - First;

    /// <summary>How many of them are in the index.</summary>
    public long Done => Indexed is { } block ? Math.Clamp(block + 1 - First, 0, Blocks) : 0;

    /// <summary>How many are missing.</summary>
    public long Behind => Blocks - Done;

    /// <summary>Whether the pages show all there is, but for the newest moment.</summary>
    public bool IsComplete => Behind <= MostBehind;
}
