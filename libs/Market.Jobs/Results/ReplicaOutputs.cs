using Market.Content;
using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Jobs.Packaging;
using Market.Libp2p;
using Market.Onnx.Digests;
using Market.Onnx.Files;
using Market.Onnx.Tensors;

namespace Market.Jobs.Results;

/// <summary>The outputs of a replica, each checked against the root on chain when it is read.</summary>
/// <param name="manifest">The replica, whose root was checked.</param>
/// <param name="store">Where outputs are.</param>
public sealed class ReplicaOutputs(ResultManifest manifest, BlobStore store)
{
    /// <summary>The replica.</summary>
    public ResultManifest Manifest => manifest;

    /// <summary>Fetches all outputs, pinned under a name.</summary>
    /// <exception cref="ContentException">They are not to be had.</exception>
    public Task FetchAsync(BlobFetcher fetcher, PeerId source, string holder, CancellationToken cancellationToken) =>
        FetchAsync(manifest.Entries, fetcher, source, holder, cancellationToken);

    /// <summary>Fetches the outputs of one task, pinned under a name.</summary>
    /// <exception cref="ContentException">They are not to be had.</exception>
    public Task FetchAsync(int task, BlobFetcher fetcher, PeerId source, string holder, CancellationToken cancellationToken) =>
        FetchAsync([manifest.Entries[task]], fetcher, source, holder, cancellationToken);

    private async Task FetchAsync(IEnumerable<ResultEntry> entries, BlobFetcher fetcher, PeerId source, string holder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fetcher);
        await Parallel.ForEachAsync(
            entries.Select(e => e.Outputs).OfType<Protocol.Bundles.BlobReference>().Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (blob, stop) =>
            {
                var id = blob.ToContentId();
                store.Pin(id, holder);
                if (!await store.ContainsAsync(id, stop).ConfigureAwait(false))
                {
                    await fetcher.FetchAsync(id, [source], blob.Bytes, null, stop).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
    }

    /// <summary>The result of a task.</summary>
    /// <exception cref="JobException">What was served is not what the root binds: no honest replica does that.</exception>
    public async Task<TaskResult> ReadAsync(int task, CancellationToken cancellationToken)
    {
        var entry = manifest.Entries[task];
        if (entry.Outputs is not { } blob)
        {
            return new TaskResult(entry.Digest, null);
        }

        var bytes = await store.ReadAsync(blob.ToContentId(), checked((int)blob.Bytes), cancellationToken).ConfigureAwait(false);
        TensorMap outputs;
        try
        {
            outputs = TensorFile.Decode(bytes);
        }
        catch (TensorException e)
        {
            throw new JobException($"The outputs of task {task} are no tensors: {e.Message}", e);
        }

        var found = TensorDigest.Of(outputs);
        return found == entry.Digest.Root
            ? new TaskResult(entry.Digest, outputs)
            : throw new JobException($"The outputs of task {task} have digest {found}, expected {entry.Digest.Root} as the root binds.");
    }
}
