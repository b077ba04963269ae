namespace Market.Libp2p;

/// <summary>Why a <see cref="Libp2pException"/> was thrown, as a closed list that callers can switch on.</summary>
public enum Libp2pReason
{
    /// <summary>A multiaddr, peer id or key that does not follow its specification.</summary>
    Malformed,

    /// <summary>The other end broke a protocol's rules; its connection has been closed.</summary>
    ProtocolViolation,

    /// <summary>The other end speaks none of the protocols that were asked for.</summary>
    ProtocolNotSupported,

    /// <summary>The handshake could not be authenticated.</summary>
    Security,

    /// <summary>The other end proved another peer id than the one dialled, or our own.</summary>
    WrongPeer,

    /// <summary>No address is known for the peer, or none that this node can dial.</summary>
    NoAddress,

    /// <summary>Every address was tried and failed; the message has one line per address.</summary>
    DialFailed,

    /// <summary>A limit of <see cref="ResourceLimits"/> was reached.</summary>
    LimitExceeded,

    /// <summary>The other end took longer than the limit allows.</summary>
    Timeout,

    /// <summary>The stream was reset by either end.</summary>
    StreamReset,

    /// <summary>The connection was closed or cut.</summary>
    ConnectionLost,

    /// <summary>A listen address could not be bound.</summary>
    ListenFailed,

    /// <summary>The node has been disposed.</summary>
    ShutDown,
}
