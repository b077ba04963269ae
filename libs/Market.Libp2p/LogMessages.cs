using Microsoft.Extensions.Logging;

namespace Market.Libp2p;

internal static partial class LogMessages
{
    [LoggerMessage(3000, LogLevel.Information, "Listening on '{Address}' as peer {Peer}.")]
    internal static partial void Listening(this ILogger logger, Multiaddr address, PeerId peer);

    [LoggerMessage(3001, LogLevel.Debug, "Connected with peer {Peer} at '{Address}'.")]
    internal static partial void Connected(this ILogger logger, PeerId peer, Multiaddr address);

    [LoggerMessage(3002, LogLevel.Debug, "The connection with peer {Peer} ended ({Reason}): {Message}")]
    internal static partial void Disconnected(this ILogger logger, PeerId peer, Libp2pReason reason, string message);

    [LoggerMessage(3003, LogLevel.Debug, "An inbound connection from '{Address}' failed its handshake: {Message}")]
    internal static partial void HandshakeFailed(this ILogger logger, Multiaddr address, string message);

    [LoggerMessage(3004, LogLevel.Debug, "An inbound connection from '{Address}' was refused: a limit is reached.")]
    internal static partial void Refused(this ILogger logger, Multiaddr address);

    [LoggerMessage(3005, LogLevel.Debug, "A stream of peer {Peer} failed: {Message}")]
    internal static partial void StreamFailed(this ILogger logger, PeerId peer, string message);

    [LoggerMessage(3006, LogLevel.Error, "The handler of '{Protocol}' failed on a stream of peer {Peer}.")]
    internal static partial void HandlerFailed(this ILogger logger, Exception exception, string protocol, PeerId peer);

    [LoggerMessage(3007, LogLevel.Warning, "Bootstrap peer '{Address}' cannot be reached: {Message}")]
    internal static partial void BootstrapFailed(this ILogger logger, Multiaddr address, string message);

    [LoggerMessage(3008, LogLevel.Warning, "Accepting on '{Address}' failed: {Message}")]
    internal static partial void AcceptFailed(this ILogger logger, Multiaddr address, string message);
}
