using Market.Libp2p.Connections;
using Market.Libp2p.Wire;

namespace Market.Libp2p.Identify;

/// <summary>Tells peers about this node and learns about them.</summary>
/// <param name="describe">This node's message for a connection.</param>
/// <param name="book">Where learned addresses go.</param>
internal sealed class IdentifyExchange(Func<Connection, IdentifyMessage> describe, AddressBook book)
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

    /// <summary>Takes what a peer sends about itself: what is absent is unchanged.</summary>
    internal async Task LearnAsync(Connection connection, PeerStream stream, CancellationToken cancellationToken)
    {
        var about = connection.About;
        for (var i = 0; i < MostPartialMessages; i++)
        {
            if (await LengthPrefixed.ReadAsync(stream.Input, IdentifyMessage.Longest, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                break;
            }

            var message = IdentifyMessage.Decode(bytes);
            about = about?.Merge(message) ?? message;
        }

        if (about is null)
        {
            return;
        }

        if (about.Key is not null && !connection.Remote.Matches(about.Key))
        {
            throw Libp2pException.Violation($"Peer {connection.Remote} identifies with the key of another peer.");
        }

        connection.About = about;

        // A stranger could send us to dial machines of our own network: private addresses count only from within it.
        var believed = TcpAddress.IsPrivate(connection.RemoteAddress) ? about.Listen : about.Listen.Where(a => !TcpAddress.IsPrivate(a));
        book.Add(connection.Remote, believed.Where(a => TcpAddress.CanDial(a) && (a.PeerId is null || a.PeerId.Equals(connection.Remote))));
    }
}
