using System.Buffers.Binary;
using System.IO.Pipelines;
using Market.Libp2p;
using Market.Protocol.Ids;

namespace Market.Jobs.Peers;

/// <summary>Asks peers for profiles, evidence and result manifests, and hands them out. docs/protocol.md has the wire format.</summary>
/// <remarks>
/// A request is <c>u8 kind ‖ id(32)</c>, the answer <c>u8 found ‖ u32 bytes ‖ the document</c>, big-endian. One request a stream.
/// What comes is checked by whoever asked: by digest, or by the root on chain.
/// </remarks>
public static class Documents
{
    /// <summary>The libp2p protocol.</summary>
    public const string Protocol = "/market/document/1";

    private const int RequestBytes = 1 + Bytes32.Length;
    private const int HeaderBytes = 5;
    private const int StreamsAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Starts answering; ends with the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="find">The document for a peer, or null if there is none, or none that this peer may have now.</param>
    public static void Serve(Node node, Func<PeerId, DocumentKind, Bytes32, CancellationToken, Task<byte[]?>> find)
    {
        ArgumentNullException.ThrowIfNull(node);
        var free = new SemaphoreSlim(StreamsAtOnce);
        node.Handle(Protocol, async (stream, stop) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            await free.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                var request = await ReadAsync(stream.Input, RequestBytes, limit.Token).ConfigureAwait(false);
                var document = await find(stream.Remote, (DocumentKind)request[0], new Bytes32(request.AsSpan(1)), limit.Token).ConfigureAwait(false);
                var header = new byte[HeaderBytes];
                header[0] = document is null ? (byte)0 : (byte)1;
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), document?.Length ?? 0);
                await stream.Output.WriteAsync(header, limit.Token).ConfigureAwait(false);
                await stream.Output.WriteAsync(document ?? [], limit.Token).ConfigureAwait(false);
                await stream.CloseWriteAsync(limit.Token).ConfigureAwait(false);
            }
            finally
            {
                free.Release();
            }
        });
    }

    /// <summary>Asks a peer; null if it has none, or none for us now.</summary>
    /// <param name="node">Our node.</param>
    /// <param name="peer">Whom to ask.</param>
    /// <param name="kind">What.</param>
    /// <param name="id">Which.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Libp2pException">The peer cannot be reached or cuts the stream.</exception>
    /// <exception cref="JobException">It answers with too much, too little, or too late.</exception>
    public static async Task<byte[]?> AskAsync(Node node, PeerId peer, DocumentKind kind, Bytes32 id, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var stream = await node.OpenAsync(peer, [Protocol], patience.Token).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            byte[] request = [(byte)kind, .. id.ToArray()];
            await stream.Output.WriteAsync(request, patience.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(patience.Token).ConfigureAwait(false);
            var header = await ReadAsync(stream.Input, HeaderBytes, patience.Token).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
            return header[0] == 0 ? null
                : length <= limit ? await ReadAsync(stream.Input, (int)length, patience.Token).ConfigureAwait(false)
                : throw new JobException($"Peer {peer} announces a {kind} of {length} bytes, expected at most {limit}.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JobException($"Peer {peer} gave no {kind} within {Patience.TotalSeconds:0} s.", e);
        }
    }

    private static async Task<byte[]> ReadAsync(PipeReader input, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, count - filled));
            foreach (var segment in part)
            {
                segment.CopyTo(bytes.AsMemory(filled));
                filled += segment.Length;
            }

            input.AdvanceTo(part.End);
            if (read.IsCompleted && filled < count)
            {
                throw new JobException($"The peer's message ends after {filled} bytes, expected {count}.");
            }
        }

        return bytes;
    }
}
