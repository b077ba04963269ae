namespace Market.Libp2p;

/// <summary>The one exception of this library: hostile or malformed bytes, lost connections, limits reached.</summary>
/// <param name="reason">What happened, for callers that decide by it.</param>
/// <param name="message">What was found and what was expected.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class Libp2pException(Libp2pReason reason, string message, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>What happened.</summary>
    public Libp2pReason Reason { get; } = reason;

    internal static Libp2pException Malformed(string message) => new(Libp2pReason.Malformed, message);

    internal static Libp2pException Violation(string message) => new(Libp2pReason.ProtocolViolation, message);
}
