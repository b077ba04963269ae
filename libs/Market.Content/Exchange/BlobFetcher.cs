using Market.Content.Storage;
using Market.Libp2p;

namespace Market.Content.Exchange;

/// <summary>Fetches blobs from peers into a store.</summary>
/// <remarks>
/// Every chunk is checked before it is stored, and what the store holds is not fetched again, so a fetch that was cut goes on
/// where it was. A peer that sends wrong bytes, refuses, stalls or keeps cutting streams is not asked again in this fetch, and
/// owes at most <see cref="FetchOptions.BlocksPerRequest"/> blocks at a time. Thread-safe. Pin a blob before fetching it to keep it.
/// </remarks>
public sealed class BlobFetcher(Node node, BlobStore store, FetchOptions options)
{
    private SemaphoreSlim Free { get; } = new(options.FetchesAtOnce);

    /// <summary>Fetches a blob, or what is missing of it.</summary>
    /// <param name="id">The blob.</param>
    /// <param name="peers">Who may have it, best first; their addresses are known to the node.</param>
    /// <param name="limit">The most bytes that the blob may have.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellationToken">Stops; what came so far stays in the store.</param>
    /// <exception cref="ContentException">
    /// <see cref="ContentReason.NotFetched"/>, <see cref="ContentReason.Refused"/>, <see cref="ContentReason.TooLarge"/>,
    /// <see cref="ContentReason.Malformed"/> (the id names no manifest), <see cref="ContentReason.StoreFull"/> or
    /// <see cref="ContentReason.DiskFull"/>.
    /// </exception>
    public async Task<Blob> FetchAsync(
        ContentId id, IReadOnlyList<PeerId> peers, long limit, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peers);
        await Free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var hold = store.HoldBlocks();
            return await new Fetch(node, store, options, id, limit, progress, hold).RunAsync(peers, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Free.Release();
        }
    }
}
