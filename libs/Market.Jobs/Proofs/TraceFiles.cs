using System.Collections.Immutable;
using Market.Chain.State;
using Market.Content;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Onnx.Digests;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Jobs.Proofs;

/// <summary>Hands out the values of a trace, and gets them: tensor files, which a document lists that is asked for by the trace's root.</summary>
/// <remarks>The document is "MKTV" ‖ u8 version (1) ‖ as many entries as files: digest(32) ‖ u64 bytes. What comes must make the trace root.</remarks>
public static class TraceFiles
{
    private const int Header = 5;
    private const int MostFiles = 1024;

    /// <summary>The most bytes of the document.</summary>
    public const int LargestBytes = Header + (MostFiles * 40);

    /// <summary>Stores a trace's values and lets everybody fetch them.</summary>
    /// <exception cref="ContentException">They do not fit into the store.</exception>
    public static async Task PublishAsync(PeerNode peer, JobRecord job, TaskTrace trace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(trace);
        var blobs = new List<BlobReference>();
        foreach (var part in trace.Values.Chunk(TensorFile.MostTensors))
        {
            var map = new TensorMap();
            map.AddRange(part);
            var blob = await peer.Store.AddAsync(TensorFile.Encode(map), cancellationToken).ConfigureAwait(false);
            peer.Store.Pin(blob.Id, PeerNode.Holder(job));
            blobs.Add(blob.ToReference());
        }

        peer.Shelf.Publish(blobs.Select(b => b.ToContentId()));
        peer.Shelf.Publish(DocumentKind.Trace, new ContentDigest(trace.Trace.Root.ToArray()), [.. "MKTV"u8, 1, .. TaskInputs.Write(blobs)]);
    }

    /// <summary>A trace by its root, from whoever has it; null if nobody shows it in time.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="job">The job.</param>
    /// <param name="seat">Whose trace it is claimed to be.</param>
    /// <param name="model">The job's model.</param>
    /// <param name="root">The trace's root.</param>
    /// <param name="patience">How long it is tried, with every block again.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<TaskTrace?> FindAsync(
        PeerNode peer, JobRecord job, int seat, JudgedModel model, Digest root, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            while (true)
            {
                var state = peer.Follower.State;
                var provider = PeerAccounts.Find(peer.Node, state, state.Stakes[job.Seats[seat].Provider].NodeKey);
                foreach (var source in peer.Node.Peers.Select(p => p.Peer).Prepend(provider).OfType<PeerId>().Where(p => p != peer.Node.PeerId).Distinct())
                {
                    if (await TryAsync(peer, job, source, model, root, limit.Token).ConfigureAwait(false) is { } trace)
                    {
                        return trace;
                    }
                }

                await peer.Follower.NextAsync(state, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<TaskTrace?> TryAsync(PeerNode peer, JobRecord job, PeerId source, JudgedModel model, Digest root, CancellationToken cancellationToken)
    {
        try
        {
            var document = await Documents.AskAsync(peer.Node, source, DocumentKind.Trace, new Bytes32(root.ToArray()), LargestBytes, cancellationToken).ConfigureAwait(false);
            return document is null ? null : await FetchAsync(peer, job, source, Read(document), model, root, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Libp2pException or JobException or TensorException || e is ContentException { Reason: not (ContentReason.StoreFull or ContentReason.DiskFull) })
        {
            peer.Log($"job {PeerNode.Short(job)}: trace {root}: {e.Message}");
            return null;
        }
    }

    private static async Task<TaskTrace> FetchAsync(
        PeerNode peer, JobRecord job, PeerId source, IReadOnlyList<BlobReference> blobs, JudgedModel model, Digest root, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var blob in blobs)
        {
            var id = blob.ToContentId();
            peer.Store.Pin(id, PeerNode.Holder(job));
            if (!await peer.Store.ContainsAsync(id, cancellationToken).ConfigureAwait(false))
            {
                await peer.Fetcher.FetchAsync(id, [source], blob.Bytes, null, cancellationToken).ConfigureAwait(false);
            }

            var bytes = await peer.Store.ReadAsync(id, checked((int)blob.Bytes), cancellationToken).ConfigureAwait(false);
            TensorFile.Decode(bytes).ForEach(value => values[value.Key] = value.Value);
        }

        var trace = TaskTrace.Of(model, values);
        return trace.Trace.Root == root ? trace : throw new JobException($"The values that were served make the trace {trace.Trace.Root}, expected {root}.");
    }

    private static ImmutableArray<BlobReference> Read(byte[] document)
    {
        var entries = (document.Length - Header) / 40;
        if (document.Length <= Header || !document.AsSpan(0, Header).SequenceEqual((byte[])[.. "MKTV"u8, 1]) || entries is < 1 or > MostFiles)
        {
            throw new JobException($"A document of {document.Length} bytes lists no values, expected 1 to {MostFiles} entries of 40 bytes after MKTV and version 1.");
        }

        try
        {
            var blobs = TaskInputs.Read(document.AsSpan(Header), entries);
            return blobs.Sum(b => b.Bytes) <= 2 * TaskTrace.MostBytes ? blobs : throw new JobException($"The values have {blobs.Sum(b => b.Bytes)} bytes, expected at most {2 * TaskTrace.MostBytes}.");
        }
        catch (FormatException e)
        {
            throw new JobException($"The document lists no values: {e.Message}", e);
        }
    }
}
