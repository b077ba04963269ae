using Market.Libp2p.Noise;

namespace Market.Libp2p.Connections;

/// <summary>A connection after its handshake: both ciphers, the proven peer, and bytes that came with the last negotiation.</summary>
internal sealed record SecuredSocket(SecureReader Reader, SecureWriter Writer, PeerId Remote, byte[] EarlyBytes);
