using System.Buffers.Binary;
using System.IO.Pipelines;
using Market.Content.Storage;
using Market.Libp2p;

namespace Market.Content.Exchange;

/// <summary>Serves a store's blobs to peers over <see cref="Protocol"/>. docs/content.md has the wire format.</summary>
public sealed class BlobServer
{
    /// <summary>The libp2p protocol.</summary>
    public const string Protocol = "/market/blob/1";

    private const int HeaderBytes = 5;

    private readonly BlobStore _store;
    private readonly BlobServerOptions _options;
    private readonly PeerLoads _loads;

    private BlobServer(BlobStore store, BlobServerOptions options)
    {
        _store = store;
        _options = options;
        _loads = new PeerLoads(options.StreamsPerPeer, options.BlocksPerPeer, options.Blocks);
    }

    /// <summary>Starts serving; ends with the node.</summary>
    public static void Attach(Node node, BlobStore store, BlobServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        var server = new BlobServer(store, options);
        node.Handle(Protocol, server.ServeAsync);
    }

    private async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var load = _loads.TryEnter(stream.Remote);
        if (load is null)
        {
            await SendAsync(stream.Output, BlockStatus.Busy, default, cancellationToken).ConfigureAwait(false);
            return;
        }

        var bytes = new byte[BlobRequest.Length];
        while (await ReadRequestAsync(stream.Input, bytes, cancellationToken).ConfigureAwait(false))
        {
            if (!BlobRequest.TryParse(bytes, out var request))
            {
                throw new ContentException(ContentReason.Malformed, "A request for blocks that no blob has.");
            }

            if (_options.MayFetch is { } mayFetch && !await mayFetch(stream.Remote, request.Id, cancellationToken).ConfigureAwait(false))
            {
                await SendAsync(stream.Output, BlockStatus.Refused, default, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await AnswerAsync(stream.Output, request, load, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> ReadRequestAsync(PipeReader input, byte[] bytes, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        return await input.TryFillAsync(bytes, limit.Token).ConfigureAwait(false);
    }

    private async Task AnswerAsync(PipeWriter output, BlobRequest request, PeerLoads.Load load, CancellationToken cancellationToken)
    {
        var digests = await FindAsync(request, cancellationToken).ConfigureAwait(false);
        foreach (var digest in digests)
        {
            await load.Blocks.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await _loads.Blocks.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    var block = digest is { } present ? await ReadAsync(present, cancellationToken).ConfigureAwait(false) : null;
                    var status = block is null ? BlockStatus.Absent : BlockStatus.Present;
                    await SendAsync(output, status, block, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    _loads.Blocks.Release();
                }
            }
            finally
            {
                load.Blocks.Release();
            }
        }
    }

    /// <summary>The digests of the blocks asked for; null where the manifest that names them is absent or shorter.</summary>
    private async Task<BlockDigest?[]> FindAsync(BlobRequest request, CancellationToken cancellationToken)
    {
        var digests = new BlockDigest?[request.Count];
        var chunks = request.First + request.Count > 1 ? await ReadChunksAsync(request.Id, cancellationToken).ConfigureAwait(false) : [];
        for (var i = 0; i < digests.Length; i++)
        {
            var block = request.First + i;
            digests[i] = block == 0 ? request.Id.Digest : block <= chunks.Count ? chunks[block - 1] : null;
        }

        return digests;
    }

    private async Task<IReadOnlyList<BlockDigest>> ReadChunksAsync(ContentId id, CancellationToken cancellationToken)
    {
        try
        {
            return (await _store.ReadManifestAsync(id, cancellationToken).ConfigureAwait(false)).Chunks;
        }
        catch (ContentException)
        {
            return [];
        }
    }

    private async Task<byte[]?> ReadAsync(BlockDigest digest, CancellationToken cancellationToken)
    {
        if (!_store.HasBlock(digest))
        {
            return null;
        }

        try
        {
            return await _store.ReadBlockAsync(digest, cancellationToken).ConfigureAwait(false);
        }
        catch (ContentException)
        {
            return null;
        }
    }

    private async Task SendAsync(PipeWriter output, BlockStatus status, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        var header = output.GetMemory(HeaderBytes);
        header.Span[0] = (byte)status;
        BinaryPrimitives.WriteInt32BigEndian(header.Span[1..], block.Length);
        output.Advance(HeaderBytes);
        await output.WriteAsync(block, limit.Token).ConfigureAwait(false);
    }

    private Deadline Limit(CancellationToken cancellationToken) => new(_options.Timeout, _options.Time, cancellationToken);
}
