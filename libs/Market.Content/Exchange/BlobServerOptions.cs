using Market.Libp2p;

namespace Market.Content.Exchange;

/// <summary>What a node hands out to whom, and what it spends on that.</summary>
public sealed record BlobServerOptions
{
    /// <summary>Whether a peer may have a blob now. Asked once for every request; without it everybody may have everything.</summary>
    /// <remarks>
    /// The id is the one that the peer names. Chunks have ids of their own, so answer by a list of what is public or
    /// released, never by a list of what is not.
    /// </remarks>
    public Func<PeerId, ContentId, CancellationToken, ValueTask<bool>>? MayFetch { get; init; }

    /// <summary>Streams that one peer may have open; more are told that the node is busy. Default 32.</summary>
    public int StreamsPerPeer { get; init; } = 32;

    /// <summary>Blocks of up to 1 MiB on their way to one peer. Default 4.</summary>
    public int BlocksPerPeer { get; init; } = 4;

    /// <summary>Blocks of up to 1 MiB on their way to all peers. Default 64.</summary>
    public int Blocks { get; init; } = 64;

    /// <summary>How long a stream may lie idle between requests, and how long a peer may take for a block. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
