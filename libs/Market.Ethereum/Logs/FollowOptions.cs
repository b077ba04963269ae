using Market.Ethereum.Rpc;

namespace Market.Ethereum.Logs;

/// <summary>How a <see cref="LogFollower"/> reads.</summary>
public sealed record FollowOptions
{
    /// <summary>The first block to read when there is no cursor, usually the one that the contract was deployed in.</summary>
    public ulong StartBlock { get; init; }

    /// <summary>How many blocks to stay behind the newest; 0 follows the newest and rolls back more often.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>The most blocks in one <c>eth_getLogs</c>; the follower asks for less while the endpoint refuses so many. Default 2000.</summary>
    public int MaxRange { get; init; } = 2000;

    /// <summary>How many of the newest blocks are remembered by hash, which is how deep a reorganization can be undone exactly. Default 128.</summary>
    public int RememberedBlocks { get; init; } = 128;

    /// <summary>How often to ask for the newest block; with a WebSocket, new heads are noticed at once and this only covers a silent socket. Default 1 second.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between attempts while the endpoint is not reachable. Default 15 seconds.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Told of each transient failure before the follower pauses and goes on, and of blocks that again did not follow each other.</summary>
    public Action<RpcException>? OnTrouble { get; init; }
}
