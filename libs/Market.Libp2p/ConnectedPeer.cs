namespace Market.Libp2p;

/// <summary>A connection as it was when asked.</summary>
/// <param name="Peer">The proven id.</param>
/// <param name="Address">Where its end is.</param>
/// <param name="IsOutbound">Whether this node dialled.</param>
/// <param name="RoundTrip">The last measured round trip; zero before the first.</param>
/// <param name="Streams">Open streams, both directions.</param>
/// <param name="Agent">The name that the peer gives itself: a claim, up to 256 bytes, null before it spoke.</param>
/// <param name="Protocols">The protocols that it claims to answer.</param>
public sealed record ConnectedPeer(
    PeerId Peer, Multiaddr Address, bool IsOutbound, TimeSpan RoundTrip, int Streams, string? Agent, IReadOnlyList<string> Protocols);
