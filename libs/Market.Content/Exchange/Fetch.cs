using System.Buffers.Binary;
using System.Collections.Concurrent;
using Market.Content.Chunks;
using Market.Content.Storage;
using Market.Libp2p;

namespace Market.Content.Exchange;

/// <summary>One blob on its way from several peers into the store.</summary>
internal sealed class Fetch(
    Node node, BlobStore store, FetchOptions options, ContentId id, long limit, IProgress<FetchProgress>? progress, BlockHold hold)
{
    private const int HeaderBytes = 5;
    private const int UnknownSize = -1;

    private readonly FetchPlan _plan = new(options);
    private readonly ConcurrentDictionary<PeerId, PeerGivenUpException> _givenUp = [];
    private Manifest? _manifest;
    private long _held;
    private long? _total;

    private sealed class AskedPeer(PeerId id)
    {
        public PeerId Id => id;

        public HashSet<int> Lacks { get; } = [];

        public int Delivered { get; set; }
    }

    /// <summary>Fetches what the store lacks and returns the whole blob.</summary>
    public async Task<Blob> RunAsync(IReadOnlyList<PeerId> peers, CancellationToken cancellationToken)
    {
        hold.Add(id.Digest);
        if (store.HasBlock(id.Digest))
        {
            Learn(await store.ReadBlockAsync(id.Digest, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            _plan.Need([0]);
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.PeersAtOnce, CancellationToken = done.Token };
            await Parallel.ForEachAsync(peers.Distinct(), parallel, (peer, token) => AskAsync(peer, done, token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_plan.IsComplete && !cancellationToken.IsCancellationRequested)
        {
            // The last block came; whoever was still asked for a second copy is not waited for.
        }

        return _plan.IsComplete ? new Blob(id, _total!.Value) : throw NotFetched();
    }

    private async ValueTask AskAsync(PeerId peer, CancellationTokenSource done, CancellationToken cancellationToken)
    {
        try
        {
            await AskUntilDoneAsync(peer, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerGivenUpException exception)
        {
            _givenUp[peer] = exception;
        }

        if (_plan.IsComplete)
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task AskUntilDoneAsync(PeerId peer, CancellationToken cancellationToken)
    {
        var asked = new AskedPeer(peer);
        var losses = 0;
        while (!_plan.IsComplete)
        {
            var before = asked.Delivered;
            try
            {
                if (await AskOverOneStreamAsync(asked, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (IOException exception) when (exception is Libp2pException or EndOfStreamException)
            {
                losses = asked.Delivered > before ? 1 : losses + 1;
                if (losses >= options.Attempts || exception is Libp2pException { Reason: not (Libp2pReason.StreamReset or Libp2pReason.ConnectionLost) })
                {
                    throw new PeerGivenUpException(exception.Message);
                }
            }
        }
    }

    /// <summary>Asks until the peer can give no more; true if so.</summary>
    private async Task<bool> AskOverOneStreamAsync(AskedPeer peer, CancellationToken cancellationToken)
    {
        if (await _plan.TakeAsync(peer.Lacks, cancellationToken).ConfigureAwait(false) is not { } run)
        {
            return _plan.IsComplete ? true : throw new PeerGivenUpException($"lacks {peer.Lacks.Count} blocks");
        }

        PeerStream? stream = null;
        try
        {
            stream = await node.OpenAsync(peer.Id, [BlobServer.Protocol], cancellationToken).ConfigureAwait(false);
            for (int[]? next = run; next is not null; next = await _plan.TakeAsync(peer.Lacks, cancellationToken).ConfigureAwait(false))
            {
                run = next;
                await RequestAsync(stream, run, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < run.Length; i++)
                {
                    await ReceiveAsync(stream, run[i], peer, cancellationToken).ConfigureAwait(false);
                    run[i] = UnknownSize;
                }
            }

            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
            return _plan.IsComplete ? true : throw new PeerGivenUpException($"lacks {peer.Lacks.Count} blocks");
        }
        finally
        {
            foreach (var block in run.Where(block => block >= 0))
            {
                _plan.GiveBack(block);
            }

            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task RequestAsync(PeerStream stream, int[] run, CancellationToken cancellationToken)
    {
        new BlobRequest(id, run[0], run.Length).Write(stream.Output.GetSpan(BlobRequest.Length));
        stream.Output.Advance(BlobRequest.Length);
        await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(PeerStream stream, int block, AskedPeer peer, CancellationToken cancellationToken)
    {
        var received = await ReadAsync(stream, block, cancellationToken).ConfigureAwait(false);
        if (received is null)
        {
            peer.Lacks.Add(block);
            _plan.GiveBack(block);
            return;
        }

        var digest = DigestOf(block);
        if (BlockDigest.Of(received) != digest)
        {
            throw new PeerGivenUpException($"sent wrong bytes for block {block}");
        }

        if (block == 0)
        {
            // Before it is stored: what is too large or no manifest must not take room.
            Learn(received);
        }

        await store.PutBlockAsync(digest, received, cancellationToken).ConfigureAwait(false);
        peer.Delivered++;
        if (_plan.Complete(block))
        {
            Report(id.Kind == ContentKind.Raw || block > 0 ? received.Length : 0);
        }
    }

    private async Task<byte[]?> ReadAsync(PeerStream stream, int block, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.BlockTimeout, options.Time, cancellationToken);
        try
        {
            var header = new byte[HeaderBytes];
            await stream.Input.FillAsync(header, deadline.Token).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
            switch ((BlockStatus)header[0])
            {
                case BlockStatus.Present when length >= 0 && Expected(block) is var expected
                    && (expected == UnknownSize ? length <= Manifest.ChunkBytes : length == expected):
                    var bytes = new byte[length];
                    await stream.Input.FillAsync(bytes, deadline.Token).ConfigureAwait(false);
                    return bytes;
                case BlockStatus.Absent when length == 0:
                    return null;
                case BlockStatus.Refused when length == 0:
                    throw new PeerGivenUpException("refuses to hand it out", isRefusal: true);
                case BlockStatus.Busy when length == 0:
                    throw new PeerGivenUpException("is busy with other streams of ours");
                default:
                    throw new PeerGivenUpException($"offered {length} bytes with status {header[0]} for block {block} of {Expected(block)} bytes");
            }
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            throw new PeerGivenUpException($"did not send block {block} within {options.BlockTimeout.TotalSeconds} s");
        }
    }

    private int Expected(int block) => block == 0 ? UnknownSize : _manifest!.SizeOf(block - 1);

    private BlockDigest DigestOf(int block) => block == 0 ? id.Digest : _manifest!.Chunks[block - 1];

    /// <summary>Takes in the verified root: the blob itself, or the list of what else is needed.</summary>
    private void Learn(byte[] root)
    {
        var manifest = id.Kind == ContentKind.Manifest ? Manifest.Parse(root) : null;
        var size = manifest?.Bytes ?? root.Length;
        if (size > limit)
        {
            throw new ContentException(ContentReason.TooLarge, $"{id} has {size} bytes, at most {limit} are allowed.");
        }

        if (Interlocked.CompareExchange(ref _manifest, manifest, null) is not null || _total is not null)
        {
            return;
        }

        _total = size;
        if (manifest is null)
        {
            return;
        }

        foreach (var chunk in manifest.Chunks)
        {
            hold.Add(chunk);
        }

        var missing = Enumerable.Range(0, manifest.Count).Where(chunk => !store.HasBlock(manifest.Chunks[chunk])).ToArray();
        Interlocked.Add(ref _held, size - missing.Sum(chunk => (long)manifest.SizeOf(chunk)));
        _plan.Need(missing.Select(chunk => chunk + 1));
    }

    private void Report(int bytes)
    {
        var held = Interlocked.Add(ref _held, bytes);
        progress?.Report(new FetchProgress(id, held, _total));
    }

    private ContentException NotFetched()
    {
        var lines = _givenUp.Select(entry => $"\n  {entry.Key}: {entry.Value.Message}");
        var refused = !_givenUp.IsEmpty && _givenUp.Values.All(exception => exception.IsRefusal);
        return new ContentException(refused ? ContentReason.Refused : ContentReason.NotFetched,
            $"{id} could not be fetched from {_givenUp.Count} peers.{string.Concat(lines)}");
    }
}
