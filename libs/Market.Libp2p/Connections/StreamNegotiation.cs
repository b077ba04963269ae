using System.Buffers;
using Market.Libp2p.Multistream;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Connections;

/// <summary>Agrees on the protocol of a new stream.</summary>
internal static class StreamNegotiation
{
    /// <summary>Opens a stream for one of the protocols. With one candidate no answer is awaited: the stream checks it as it comes.</summary>
    internal static async Task<PeerStream> OpenAsync(Connection connection, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        var optimistic = protocols.Count == 1;
        var answer = optimistic ? MultistreamMessage.Encode(MultistreamMessage.Header, protocols[0]) : [];
        var stream = await connection.Session.OpenAsync(answer, cancellationToken).ConfigureAwait(false);
        try
        {
            var dialler = new MultistreamDialer(protocols);
            await stream.Output.WriteAsync(dialler.Opening, cancellationToken).ConfigureAwait(false);
            var agreed = optimistic ? protocols[0] : await RunAsync(stream, dialler.Advance, cancellationToken).ConfigureAwait(false);
            return new PeerStream(stream, connection.Remote, connection.RemoteAddress, agreed);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Answers the other end's proposals until one is supported.</summary>
    internal static async Task<string> AcceptAsync(YamuxStream stream, Func<string, bool> supports, CancellationToken cancellationToken)
    {
        var listener = new MultistreamListener(supports);
        if (!stream.Input.TryRead(out var early))
        {
            // Nothing came with the SYN: the other end may be waiting for our header before it sends its own.
            var greeting = new List<byte>();
            listener.Greet(greeting);
            await stream.Output.WriteAsync(greeting.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            stream.Input.AdvanceTo(early.Buffer.Start);
        }

        return await RunAsync(stream, listener.Advance, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> RunAsync(YamuxStream stream, Negotiation advance, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await stream.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var replies = new List<byte>();
            var agreed = Advance(result.Buffer, advance, replies, out var consumed);
            var waits = agreed is null && result.Buffer.Slice(consumed).Length <= MultistreamMessage.Longest;
            stream.Input.AdvanceTo(consumed, waits ? result.Buffer.End : consumed);
            await stream.Output.WriteAsync(replies.ToArray(), cancellationToken).ConfigureAwait(false);
            if (agreed is not null)
            {
                return agreed;
            }

            if (result.IsCompleted)
            {
                throw new Libp2pException(Libp2pReason.StreamReset, "The other end closed the stream before it agreed on a protocol.");
            }
        }
    }

    private static string? Advance(ReadOnlySequence<byte> buffer, Negotiation advance, List<byte> replies, out SequencePosition consumed)
    {
        // Messages are short; what lies beyond the longest of them is the application's and stays where it is.
        var head = buffer.Slice(0, Math.Min(buffer.Length, MultistreamMessage.Longest * 4));
        ReadOnlySpan<byte> input = head.IsSingleSegment ? head.FirstSpan : head.ToArray();
        var agreed = advance(ref input, replies);
        consumed = buffer.GetPosition(head.Length - input.Length);
        return agreed;
    }

    private delegate string? Negotiation(ref ReadOnlySpan<byte> input, List<byte> replies);
}
