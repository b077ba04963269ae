using System.Buffers.Binary;
using System.IO.Pipelines;
using Market.Libp2p;

namespace Market.Jobs.Peers;

/// <summary>One question a stream: a request of a fixed size, and the answer <c>u8 found ‖ u32 bytes ‖ the answer</c>, big-endian.</summary>
internal static class Questions
{
    private const int HeaderBytes = 5;
    private const int StreamsAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Starts answering; ends with the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="protocol">The libp2p protocol.</param>
    /// <param name="requestBytes">Bytes of a request.</param>
    /// <param name="answer">The answer for a peer, or null for none.</param>
    public static void Serve(Node node, string protocol, int requestBytes, Func<PeerId, byte[], CancellationToken, Task<byte[]?>> answer)
    {
        var free = new SemaphoreSlim(StreamsAtOnce);
        node.Handle(protocol, async (stream, stop) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            await free.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                var request = await ReadAsync(stream.Input, requestBytes, limit.Token).ConfigureAwait(false);
                var found = await answer(stream.Remote, request, limit.Token).ConfigureAwait(false);
                var header = new byte[HeaderBytes];
                header[0] = found is null ? (byte)0 : (byte)1;
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), found?.Length ?? 0);
                await stream.Output.WriteAsync(header, limit.Token).ConfigureAwait(false);
                await stream.Output.WriteAsync(found ?? [], limit.Token).ConfigureAwait(false);
                await stream.CloseWriteAsync(limit.Token).ConfigureAwait(false);
            }
            finally
            {
                free.Release();
            }
        });
    }

    /// <summary>Asks a peer; null if it has no answer.</summary>
    /// <param name="node">Our node.</param>
    /// <param name="peer">Whom to ask.</param>
    /// <param name="protocol">The libp2p protocol.</param>
    /// <param name="request">The request.</param>
    /// <param name="what">What is asked for, for people.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Libp2pException">The peer cannot be reached or cuts the stream.</exception>
    /// <exception cref="JobException">It answers with too much, too little, or too late.</exception>
    public static async Task<byte[]?> AskAsync(Node node, PeerId peer, string protocol, byte[] request, string what, int limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var stream = await node.OpenAsync(peer, [protocol], patience.Token).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            await stream.Output.WriteAsync(request, patience.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(patience.Token).ConfigureAwait(false);
            var header = await ReadAsync(stream.Input, HeaderBytes, patience.Token).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
            return header[0] == 0 ? null
                : length <= limit ? await ReadAsync(stream.Input, (int)length, patience.Token).ConfigureAwait(false)
                : throw new JobException($"Peer {peer} announces a {what} of {length} bytes, expected at most {limit}.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JobException($"Peer {peer} gave no {what} within {Patience.TotalSeconds:0} s.", e);
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
