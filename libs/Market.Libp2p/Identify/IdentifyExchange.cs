using Market.Libp2p.Connections;
using Market.Libp2p.Wire;

namespace Market.Libp2p.Identify;

/// <summary>Tells peers about this node and learns about them.</summary>
/// <param name="describe">This node's message for a connection.</param>
/// <param name="book">Where learned addresses go.</param>
/// <param name="limits">The time for one exchange.</param>
/// <param name="time">The clock.</param>
internal sealed class IdentifyExchange(Func<Connection, IdentifyMessage> describe, AddressBook book, ResourceLimits limits, TimeProvider time)
{
    private const int MostPartialMessages = 10;

    /// <summary>Answers a peer's question.</summary>
    internal async Task AnswerAsync(Connection connection, PeerStream stream, CancellationToken cancellationToken)
    {
        await stream.Output.WriteAsync(LengthPrefixed.Encode(describe(connection).Encode()), cancellationToken).ConfigureAwait(false);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks a peer.</summary>
    internal async Task AskAsync(Connection connection, CancellationToken cancellationToken)
    {
        var stream = await StreamNegotiation.OpenAsync(connection, [IdentifyMessage.Protocol], cancellationToken).ConfigureAwait(false);
        await using var asked = stream.ConfigureAwait(false);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        await LearnAsync(connection, stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes what a peer sends unasked when something about it has changed.</summary>
    internal async Task TakePushAsync(Connection connection, PeerStream stream, CancellationToken cancellationToken)
    {
        if (!connection.Pushes.TryTake())
        {
            throw new Libp2pException(Libp2pReason.LimitExceeded, "The other end says more often than the limit what it is.");
        }

        using var limit = new CancellationTokenSource(limits.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await LearnAsync(connection, stream, either.Token).ConfigureAwait(false);
    }

    /// <summary>Whether an address that a peer claims may be dialled for it.</summary>
    /// <remarks>
    /// A stranger could send us to dial machines of our own network: private addresses count only from within it, and
    /// names, which may stand for any address, not at all.
    /// </remarks>
    internal static bool Believes(PeerId peer, Multiaddr from, Multiaddr told) =>
        TcpAddress.CanDial(told)
        && (told.PeerId is null || told.PeerId.Equals(peer))
        && (TcpAddress.IsPrivate(from) || (told.Parts[0].Protocol is "ip4" or "ip6" && !TcpAddress.IsPrivate(told)));

    // What is absent is unchanged.
    private async Task LearnAsync(Connection connection, PeerStream stream, CancellationToken cancellationToken)
    {
        IdentifyMessage? told = null;
        for (var i = 0; i < MostPartialMessages; i++)
        {
            if (await LengthPrefixed.ReadAsync(stream.Input, IdentifyMessage.Longest, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                break;
            }

            var message = IdentifyMessage.Decode(bytes);
            told = told?.Merge(message) ?? message;
        }

        if (told is null)
        {
            return;
        }

        if (told.Key is not null && !connection.Remote.Matches(told.Key))
        {
            throw Libp2pException.Violation($"Peer {connection.Remote} identifies with the key of another peer.");
        }

        connection.Learn(told);
        book.Add(connection.Remote, told.Listen.Where(a => Believes(connection.Remote, connection.RemoteAddress, a)));
    }
}
