namespace Market.Content.Exchange;

/// <summary>How blobs are fetched.</summary>
public sealed record FetchOptions
{
    /// <summary>Blobs fetched at the same time; further ones wait. Half of what a server allows a peer. Default 16.</summary>
    public int FetchesAtOnce { get; init; } = 16;

    /// <summary>Peers asked at the same time. Default 8.</summary>
    public int PeersAtOnce { get; init; } = 8;

    /// <summary>Blocks that one peer is asked for at a time: what it may keep waiting at most, 1 to 64. Default 8.</summary>
    public int BlocksPerRequest { get; init; } = 8;

    /// <summary>How long a peer may take for one block of up to 1 MiB before it is given up. Default 30 s.</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long an idle peer is asked for a block that another still owes. Default 2 s.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often in a row a stream may be lost without a single block before the peer is given up. Default 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
