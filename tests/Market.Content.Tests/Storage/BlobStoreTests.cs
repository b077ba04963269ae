using System.Diagnostics;
using System.Security.Cryptography;
using CsCheck;
using Market.Content.Chunks;
using Market.Content.Storage;

namespace Market.Content.Tests.Storage;

public sealed class BlobStoreTests : IDisposable
{
    private const long Room = 64 << 20;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    private BlobStore Open(long capacity = Room) => BlobStore.Open(new BlobStoreOptions(_folder.Path, capacity));

    private static async Task<ContentReason> ReasonOf(Func<Task> act) => (await Assert.ThrowsAsync<ContentException>(act)).Reason;

    private string[] Blocks() => Directory.GetFiles(_folder["blocks"], "*", SearchOption.AllDirectories);

    [Fact]
    public void Refuses_a_folder_that_is_open_already()
    {
        using var first = Open();
        Assert.Equal(ContentReason.StoreInUse, Assert.Throws<ContentException>(() => Open()).Reason);
    }

    [Fact]
    public async Task Refuses_a_folder_that_another_process_has_open()
    {
        Open().Dispose();
        using var other = Process.Start(new ProcessStartInfo("flock", [_folder["lock"], "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(Token));
        Assert.Equal(ContentReason.StoreInUse, Assert.Throws<ContentException>(() => Open()).Reason);
        other.StandardInput.Close();
        await other.WaitForExitAsync(Token);
        Open().Dispose();
    }

    [Fact]
    public async Task Refuses_more_than_its_capacity_when_all_is_pinned()
    {
        using var store = Open(4 << 20);
        var first = await store.AddAsync(RandomNumberGenerator.GetBytes(3 << 20), Token);
        store.Pin(first.Id, "job-1");
        Assert.Equal(ContentReason.StoreFull, await ReasonOf(() => store.AddAsync(RandomNumberGenerator.GetBytes(2 << 20), Token)));
        Assert.True(await store.ContainsAsync(first.Id, Token));
        Assert.InRange(store.UsedBytes, 0, 4 << 20);
        store.Unpin("job-1");
        var second = await store.AddAsync(RandomNumberGenerator.GetBytes(2 << 20), Token);
        Assert.True(await store.ContainsAsync(second.Id, Token));
        Assert.False(await store.ContainsAsync(first.Id, Token));
    }

    [Fact]
    public async Task Refuses_a_blob_larger_than_the_store_and_keeps_working()
    {
        using var store = Open(4 << 20);
        Assert.Equal(ContentReason.StoreFull, await ReasonOf(() => store.AddAsync(RandomNumberGenerator.GetBytes(6 << 20), Token)));
        var small = await store.AddAsync(RandomNumberGenerator.GetBytes(3 << 20), Token);
        Assert.True(await store.ContainsAsync(small.Id, Token));
    }

    [Fact]
    public async Task Names_what_is_missing()
    {
        using var store = Open();
        var id = ContentId.OfChunk("absent"u8);
        Assert.False(await store.ContainsAsync(id, Token));
        Assert.Equal(ContentReason.Missing, await ReasonOf(() => store.OpenReadAsync(id, Token)));
        var blob = await store.AddAsync(RandomNumberGenerator.GetBytes(3 << 20), Token);
        File.Delete(Blocks().First(file => new FileInfo(file).Length == Manifest.ChunkBytes));
        Assert.Equal(ContentReason.Missing, await ReasonOf(() => store.ReadAsync(blob.Id, 3 << 20, Token)));
        Assert.False(await store.ContainsAsync(blob.Id, Token));
    }

    [Fact]
    public async Task Finds_bits_that_changed_on_disk_and_takes_them_again()
    {
        using var store = Open();
        var bytes = RandomNumberGenerator.GetBytes(5000);
        var blob = await store.AddAsync(bytes, Token);
        var file = Assert.Single(Blocks());
        var changed = await File.ReadAllBytesAsync(file, Token);
        changed[4999] ^= 1;
        await File.WriteAllBytesAsync(file, changed, Token);
        Assert.Equal(ContentReason.Corrupt, await ReasonOf(() => store.ReadAsync(blob.Id, 5000, Token)));
        Assert.False(await store.ContainsAsync(blob.Id, Token));
        await store.AddAsync(bytes, Token);
        Assert.Equal(bytes, await store.ReadAsync(blob.Id, 5000, Token));
    }

    [Fact]
    public async Task Refuses_to_read_more_into_memory_than_asked()
    {
        using var store = Open();
        var blob = await store.AddAsync(new byte[100], Token);
        Assert.Equal(ContentReason.TooLarge, await ReasonOf(() => store.ReadAsync(blob.Id, 99, Token)));
    }

    [Fact]
    public async Task Says_that_the_disk_is_full_and_loses_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Mounting a small disk needs root on Linux.");
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        using var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=5m", "tmpfs", disk]);
        await mount.WaitForExitAsync(Token);
        Assert.SkipUnless(mount.ExitCode == 0, "This system does not allow mounts.");
        try
        {
            using (var store = BlobStore.Open(new BlobStoreOptions(disk, Room)))
            {
                var bytes = RandomNumberGenerator.GetBytes(3 << 20);
                var kept = await store.AddAsync(bytes, Token);
                Assert.Equal(ContentReason.DiskFull, await ReasonOf(() => store.AddAsync(RandomNumberGenerator.GetBytes(4 << 20), Token)));
                Assert.Equal(bytes, await store.ReadAsync(kept.Id, bytes.Length, Token));
                Assert.Equal(ContentReason.DiskFull, await ReasonOf(() => store.ExportAsync(kept.Id, Path.Combine(disk, "model"), Token)));
                Assert.Empty(Directory.GetFiles(Path.Combine(disk, "tmp")));
                Assert.False(File.Exists(Path.Combine(disk, "model.part")));
            }
        }
        finally
        {
            using var unmount = Process.Start("umount", [disk]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Cleans_up_after_a_crash_and_keeps_what_is_whole()
    {
        Blob blob;
        var bytes = RandomNumberGenerator.GetBytes(2 << 20);
        using (var store = Open())
        {
            blob = await store.AddAsync(bytes, Token);
        }

        await File.WriteAllBytesAsync(_folder[Path.Combine("tmp", "7")], new byte[100], Token);
        await File.WriteAllTextAsync(_folder[Path.Combine("blocks", "note.txt")], "not a block", Token);
        using var again = Open();
        Assert.Empty(Directory.GetFiles(_folder["tmp"]));
        Assert.Equal(bytes, await again.ReadAsync(blob.Id, bytes.Length, Token));
        Assert.Equal(Blocks().Length - 1, (again.UsedBytes - 4096) / (1 << 20) + 1);
    }

    [Fact]
    public async Task Pins_survive_a_restart()
    {
        Blob pinned;
        using (var store = Open(4 << 20))
        {
            pinned = await store.AddAsync(RandomNumberGenerator.GetBytes(2 << 20), Token);
            store.Pin(pinned.Id, "job-1");
            store.Pin(pinned.Id, "job-2");
        }

        using var again = Open(4 << 20);
        again.Unpin("job-1");
        for (var i = 0; i < 8; i++)
        {
            await again.AddAsync(RandomNumberGenerator.GetBytes(1 << 20), Token);
        }

        Assert.True(await again.ContainsAsync(pinned.Id, Token));
        Assert.InRange(again.UsedBytes, 0, 4 << 20);
        again.Unpin("job-2");
        await again.AddAsync(RandomNumberGenerator.GetBytes((3 << 20) - 8192), Token);
        Assert.False(await again.ContainsAsync(pinned.Id, Token));
    }

    [Fact]
    public async Task Evicts_what_was_not_used_for_longest()
    {
        using var store = Open(4 << 20);
        var blobs = new List<Blob>();
        for (var i = 0; i < 4; i++)
        {
            blobs.Add(await store.AddAsync(RandomNumberGenerator.GetBytes(1 << 20), Token));
        }

        await store.ReadAsync(blobs[0].Id, 1 << 20, Token);
        await store.AddAsync(RandomNumberGenerator.GetBytes(1 << 20), Token);
        Assert.True(await store.ContainsAsync(blobs[0].Id, Token));
        Assert.False(await store.ContainsAsync(blobs[1].Id, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a~b")]
    public void Refuses_holders_that_are_no_names(string holder)
    {
        using var store = Open();
        Assert.Throws<ArgumentException>(() => store.Pin(ContentId.OfChunk([]), holder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Manifest.ChunkBytes)]
    [InlineData(Manifest.ChunkBytes + 1)]
    [InlineData(3 * Manifest.ChunkBytes)]
    public async Task Reads_back_what_it_took(int size)
    {
        using var store = Open();
        var bytes = RandomNumberGenerator.GetBytes(size);
        var blob = await store.AddAsync(bytes, Token);
        Assert.Equal(size, blob.Bytes);
        Assert.Equal(size <= Manifest.ChunkBytes ? ContentKind.Raw : ContentKind.Manifest, blob.Id.Kind);
        Assert.Equal(bytes, await store.ReadAsync(blob.Id, size, Token));
        Assert.Equal(blob, await store.AddAsync(new MemoryStream(bytes), Token));
        await store.ExportAsync(blob.Id, _folder["copy"], Token);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["copy"], Token));
    }

    [Fact]
    public async Task Reads_any_range()
    {
        using var store = Open();
        var bytes = RandomNumberGenerator.GetBytes((2 << 20) + 12345);
        var blob = await store.AddAsync(bytes, Token);
        await using var stream = await store.OpenReadAsync(blob.Id, Token);
        await Gen.Select(Gen.Int[0, bytes.Length], Gen.Int[0, 1 << 20]).SampleAsync(async (at, count) =>
        {
            count = Math.Min(count, bytes.Length - at);
            var buffer = new byte[count];
            stream.Position = at;
            await stream.ReadExactlyAsync(buffer, Token);
            Assert.True(buffer.AsSpan().SequenceEqual(bytes.AsSpan(at, count)));
        }, iter: 30, threads: 1);
    }

    [Fact]
    public async Task Many_at_once_stay_within_capacity_and_intact()
    {
        using var store = Open(8 << 20);
        var shared = RandomNumberGenerator.GetBytes(100_000);
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (i, token) =>
        {
            var bytes = i % 3 == 0 ? shared : RandomNumberGenerator.GetBytes(200_000);
            var blob = await store.AddAsync(bytes, token);
            try
            {
                Assert.Equal(bytes, await store.ReadAsync(blob.Id, bytes.Length, token));
            }
            catch (ContentException exception) when (exception.Reason == ContentReason.Missing)
            {
                Assert.NotEqual(0, i % 3);
            }

            Assert.InRange(store.UsedBytes, 0, 8 << 20);
        });
        var onDisk = Blocks().Sum(file => (new FileInfo(file).Length + 4095) / 4096 * 4096);
        Assert.Equal(onDisk, store.UsedBytes);
    }
}
