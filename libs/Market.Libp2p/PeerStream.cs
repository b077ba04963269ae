using System.IO.Pipelines;
using Market.Libp2p.Yamux;

namespace Market.Libp2p;

/// <summary>A two-way stream of bytes with a proven peer, about one protocol.</summary>
/// <remarks>
/// Pipes carry the back-pressure: a write completes when window and send buffer took the bytes, and what is not read
/// stops the sender. The end of the other side's data completes <see cref="Input"/>; a reset or lost connection throws
/// <see cref="Libp2pException"/> from reads and writes. A write that was cancelled may have sent a part: reset then.
/// One reader and one writer at a time.
/// </remarks>
public sealed class PeerStream : IDuplexPipe, IAsyncDisposable
{
    private readonly YamuxStream _stream;

    internal PeerStream(YamuxStream stream, PeerId remote, Multiaddr remoteAddress, string protocol) =>
        (_stream, Remote, RemoteAddress, Protocol) = (stream, remote, remoteAddress, protocol);

    /// <summary>The peer that proved this id in the connection's handshake.</summary>
    public PeerId Remote { get; }

    /// <summary>Where that peer's end of the connection is.</summary>
    public Multiaddr RemoteAddress { get; }

    /// <summary>The protocol that the stream was opened for.</summary>
    public string Protocol { get; }

    /// <summary>What the peer sends.</summary>
    public PipeReader Input => _stream.Input;

    /// <summary>What the peer gets. <see cref="PipeWriter.WriteAsync"/> of large blocks avoids a copy.</summary>
    public PipeWriter Output => _stream.Output;

    /// <summary>Sends what was written and says that it was all, once the other end has agreed on the protocol; reading goes on.</summary>
    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken = default)
    {
        await _stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        _stream.Output.Complete();
    }

    /// <summary>Ends both directions at once; the peer's reads and writes throw.</summary>
    public void Reset() => _stream.Reset();

    /// <summary>Gives the stream up. Unless <see cref="CloseWriteAsync"/> was called before, that is a reset.</summary>
    public ValueTask DisposeAsync()
    {
        _stream.Dispose();
        return ValueTask.CompletedTask;
    }
}
