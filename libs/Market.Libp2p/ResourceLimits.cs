namespace Market.Libp2p;

/// <summary>What strangers may make a node spend. Every limit holds before and after authentication alike.</summary>
/// <remarks>Checked when the node starts. What exceeds a limit is refused or cut off; the node goes on.</remarks>
public sealed record ResourceLimits
{
    /// <summary>Limits for a node on the open internet.</summary>
    public static ResourceLimits Default { get; } = new();

    /// <summary>Connections in all, both directions; inbound ones take at most three quarters. Default 256.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Connections with one peer; two peers that dial each other at once make two. Default 4.</summary>
    public int ConnectionsPerPeer { get; init; } = 4;

    /// <summary>Inbound connections from one IP address (one /64 for IPv6). Default 32.</summary>
    public int ConnectionsPerAddress { get; init; } = 32;

    /// <summary>Inbound handshakes under way. Default 64.</summary>
    public int Handshakes { get; init; } = 64;

    /// <summary>Inbound handshakes under way from one IP address (one /64 for IPv6). Default 8.</summary>
    public int HandshakesPerAddress { get; init; } = 8;

    /// <summary>Time for a connection to become authenticated and multiplexed, for a stream to agree on its protocol, and for an identify push. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for TCP to connect and the handshake to end when dialling one address. Default 15 s.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Open streams that a peer may have made on one connection; more are reset. Default 512.</summary>
    public int InboundStreams { get; init; } = 512;

    /// <summary>Open streams that this node makes on one connection. Default 1024.</summary>
    public int OutboundStreams { get; init; } = 1024;

    /// <summary>Streams that a peer may open per second, sustained; four times as many at once. More end the connection. Default 1000.</summary>
    public int StreamsOpenedPerSecond { get; init; } = 1000;

    /// <summary>Resets that a peer may send per second, sustained; four times as many at once. More end the connection. Default 1000.</summary>
    public int ResetsPerSecond { get; init; } = 1000;

    /// <summary>Multiplexer pings that a peer may send per second, sustained; eight times as many at once. More end the connection. Default 4.</summary>
    public int PingsPerSecond { get; init; } = 4;

    /// <summary>Largest receive window of a stream in bytes; windows start at 256 KiB and grow as the round trip asks for. Default 16 MiB.</summary>
    public int StreamWindow { get; init; } = 16 << 20;

    /// <summary>Received bytes not yet read by handlers, and grown windows, per connection. Default 64 MiB.</summary>
    public long ReceiveMemoryPerConnection { get; init; } = 64 << 20;

    /// <summary>
    /// Received bytes not yet read by handlers, and grown windows, in the whole node; the first 512 KiB of each connection
    /// are its own and come on top, so that greedy peers leave the others served. Default 256 MiB.
    /// </summary>
    public long ReceiveMemory { get; init; } = 256 << 20;

    /// <summary>How often a quiet connection is checked. Default 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a peer may take to answer that check before it counts as lost. Default 10 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Peers whose addresses are remembered; the longest unused go first. Default 4096.</summary>
    public int KnownPeers { get; init; } = 4096;

    internal void Validate()
    {
        ReadOnlySpan<(string Name, long Value, long Least)> counts =
        [
            (nameof(Connections), Connections, 1), (nameof(ConnectionsPerPeer), ConnectionsPerPeer, 1),
            (nameof(ConnectionsPerAddress), ConnectionsPerAddress, 1), (nameof(Handshakes), Handshakes, 1),
            (nameof(HandshakesPerAddress), HandshakesPerAddress, 1), (nameof(InboundStreams), InboundStreams, 0),
            (nameof(OutboundStreams), OutboundStreams, 1), (nameof(StreamsOpenedPerSecond), StreamsOpenedPerSecond, 1),
            (nameof(ResetsPerSecond), ResetsPerSecond, 1), (nameof(PingsPerSecond), PingsPerSecond, 1),
            (nameof(StreamWindow), StreamWindow, 256 << 10), (nameof(ReceiveMemoryPerConnection), ReceiveMemoryPerConnection, 256 << 10),
            (nameof(ReceiveMemory), ReceiveMemory, 256 << 10), (nameof(KnownPeers), KnownPeers, 1),
            (nameof(HandshakeTimeout), HandshakeTimeout.Ticks, 1), (nameof(DialTimeout), DialTimeout.Ticks, 1),
            (nameof(KeepAliveInterval), KeepAliveInterval.Ticks, 1), (nameof(KeepAliveTimeout), KeepAliveTimeout.Ticks, 1),
        ];
        foreach (var (name, value, least) in counts)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        }
    }
}
