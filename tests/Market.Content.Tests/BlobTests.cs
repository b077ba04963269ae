using Market.Content.Chunks;
using Market.Content.Storage;

namespace Market.Content.Tests;

public sealed class BlobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(Manifest.ChunkBytes)]
    [InlineData(Manifest.ChunkBytes + 1)]
    [InlineData(2 * Manifest.ChunkBytes)]
    public async Task A_blob_in_memory_is_called_as_in_a_store(int bytes)
    {
        using var store = BlobStore.Open(new BlobStoreOptions(_folder.Path, 64 << 20));
        var blob = new byte[bytes];
        new Random(bytes).NextBytes(blob);
        Assert.Equal(await store.AddAsync(blob, TestContext.Current.CancellationToken), Blob.Of(blob));
    }
}
