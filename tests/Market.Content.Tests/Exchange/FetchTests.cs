using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Market.Content.Chunks;
using Market.Content.Exchange;
using Market.Libp2p;

namespace Market.Content.Tests.Exchange;

public sealed class FetchTests
{
    private const int Size = (5 << 20) + 777;
    private const long Limit = 64 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly FetchOptions Impatient = new()
    {
        BlockTimeout = TimeSpan.FromSeconds(1),
        HedgeAfter = TimeSpan.FromMilliseconds(200),
    };

    private static Task<TestPeer> PeerAsync() => TestPeer.StartAsync(Token);

    private static async Task<ContentException> FailureOf(Func<Task> act) => await Assert.ThrowsAsync<ContentException>(act);

    private static async Task<byte[]> ReadRequestAsync(PeerStream stream, CancellationToken token)
    {
        var result = await stream.Input.ReadAtLeastAsync(42, token);
        var request = result.Buffer.Slice(0, 42).ToArray();
        stream.Input.AdvanceTo(result.Buffer.GetPosition(42));
        return request;
    }

    private static byte[] Header(byte status, int length)
    {
        var header = new byte[5];
        header[0] = status;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), length);
        return header;
    }

    private static Task Stall(PeerStream stream, CancellationToken token) => Task.Delay(Timeout.Infinite, token);

    [Fact]
    public async Task Gives_up_a_peer_that_offers_more_than_a_block()
    {
        await using var seller = (await PeerAsync()).Answering(async (stream, token) =>
        {
            await ReadRequestAsync(stream, token);
            await stream.Output.WriteAsync(Header(0, int.MaxValue), token);
            await Stall(stream, token);
        });
        await using var buyer = (await PeerAsync()).Knows(seller);
        var failure = await FailureOf(() => buyer.Fetcher().FetchAsync(ContentId.OfChunk("x"u8), [seller.Id], Limit, null, Token));
        Assert.Equal(ContentReason.NotFetched, failure.Reason);
        Assert.Contains("offered 2147483647 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_a_peer_that_sends_garbage()
    {
        await using var seller = (await PeerAsync()).Answering(async (stream, token) =>
            await stream.Output.WriteAsync(RandomNumberGenerator.GetBytes(100).Select(b => (byte)(b | 0x80)).ToArray(), token));
        await using var buyer = (await PeerAsync()).Knows(seller);
        var failure = await FailureOf(() => buyer.Fetcher().FetchAsync(ContentId.OfChunk("x"u8), [seller.Id], Limit, null, Token));
        Assert.Equal(ContentReason.NotFetched, failure.Reason);
    }

    [Fact]
    public async Task Gives_up_a_peer_of_wrong_bytes_and_takes_the_blob_from_another()
    {
        var asked = 0;
        await using var liar = (await PeerAsync()).Answering(async (stream, token) =>
        {
            await ReadRequestAsync(stream, token);
            Interlocked.Increment(ref asked);
            await stream.Output.WriteAsync(Header(0, 1000), token);
            await stream.Output.WriteAsync(new byte[1000], token);
            await Stall(stream, token);
        });
        await using var honest = (await PeerAsync()).Serving();
        await using var buyer = (await PeerAsync()).Knows(liar, honest);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var blob = await honest.Store.AddAsync(bytes, Token);
        var alone = await FailureOf(() => buyer.Fetcher().FetchAsync(blob.Id, [liar.Id], Limit, null, Token));
        Assert.Contains("wrong bytes", alone.Message, StringComparison.Ordinal);
        Assert.Equal(1, asked);
        Assert.Equal(0, buyer.Store.UsedBytes);
        await buyer.Fetcher(Impatient).FetchAsync(blob.Id, [liar.Id, honest.Id], Limit, null, Token);
        Assert.Equal(bytes, await buyer.Store.ReadAsync(blob.Id, bytes.Length, Token));
        Assert.InRange(asked, 1, 2);
    }

    [Fact]
    public async Task Gives_up_a_peer_that_stalls()
    {
        await using var silent = (await PeerAsync()).Answering(Stall);
        await using var buyer = (await PeerAsync()).Knows(silent);
        var failure = await FailureOf(() => buyer.Fetcher(Impatient).FetchAsync(ContentId.OfChunk("x"u8), [silent.Id], Limit, null, Token));
        Assert.Contains("within 1 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_wait_for_a_stalled_peer_while_another_has_the_block()
    {
        await using var silent = (await PeerAsync()).Answering(Stall);
        await using var honest = (await PeerAsync()).Serving();
        await using var buyer = (await PeerAsync()).Knows(silent, honest);
        var blob = await honest.Store.AddAsync(RandomNumberGenerator.GetBytes(Size), Token);
        var patient = Impatient with { BlockTimeout = TimeSpan.FromMinutes(5) };
        await buyer.Fetcher(patient).FetchAsync(blob.Id, [silent.Id, honest.Id], Limit, null, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.True(await buyer.Store.ContainsAsync(blob.Id, Token));
    }

    [Fact]
    public async Task Names_every_peer_that_could_not_deliver()
    {
        await using var empty = (await PeerAsync()).Serving();
        await using var stranger = await PeerAsync();
        await using var buyer = (await PeerAsync()).Knows(empty, stranger);
        using var unknown = Identity.GenerateEd25519();
        var peers = new[] { empty.Id, stranger.Id, unknown.PeerId };
        var failure = await FailureOf(() => buyer.Fetcher().FetchAsync(ContentId.OfChunk("x"u8), peers, Limit, null, Token));
        Assert.Equal(ContentReason.NotFetched, failure.Reason);
        Assert.All(peers, peer => Assert.Contains(peer.ToString(), failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Says_that_a_blob_is_not_released_yet()
    {
        var released = new ConcurrentDictionary<ContentId, bool>();
        await using var seller = (await PeerAsync()).Serving(new BlobServerOptions
        {
            MayFetch = (_, id, _) => ValueTask.FromResult(released.ContainsKey(id)),
        });
        await using var buyer = (await PeerAsync()).Knows(seller);
        var blob = await seller.Store.AddAsync(RandomNumberGenerator.GetBytes(Size), Token);
        var refused = await FailureOf(() => buyer.Fetcher().FetchAsync(blob.Id, [seller.Id], Limit, null, Token));
        Assert.Equal(ContentReason.Refused, refused.Reason);
        released[blob.Id] = true;
        Assert.Equal(Size, (await buyer.Fetcher().FetchAsync(blob.Id, [seller.Id], Limit, null, Token)).Bytes);
        var chunk = new ContentId(ContentKind.Raw, (await seller.Store.ReadManifestAsync(blob.Id, Token)).Chunks[0]);
        await using var other = (await PeerAsync()).Knows(seller);
        Assert.Equal(ContentReason.Refused, (await FailureOf(() => other.Fetcher().FetchAsync(chunk, [seller.Id], Limit, null, Token))).Reason);
    }

    [Fact]
    public async Task Refuses_a_blob_larger_than_asked_before_taking_its_chunks()
    {
        await using var seller = (await PeerAsync()).Serving();
        await using var buyer = (await PeerAsync()).Knows(seller);
        var blob = await seller.Store.AddAsync(new byte[Size], Token);
        var failure = await FailureOf(() => buyer.Fetcher().FetchAsync(blob.Id, [seller.Id], Size - 1, null, Token));
        Assert.Equal(ContentReason.TooLarge, failure.Reason);
        Assert.Equal(0, buyer.Store.UsedBytes);
    }

    [Fact]
    public async Task Refuses_an_id_that_names_something_else_than_a_manifest()
    {
        await using var seller = (await PeerAsync()).Serving();
        await using var buyer = (await PeerAsync()).Knows(seller);
        var blob = await seller.Store.AddAsync("no manifest"u8.ToArray(), Token);
        var id = new ContentId(ContentKind.Manifest, blob.Id.DigestBytes());
        Assert.Equal(ContentReason.Malformed, (await FailureOf(() => buyer.Fetcher().FetchAsync(id, [seller.Id], Limit, null, Token))).Reason);
    }

    [Fact]
    public async Task Says_that_the_store_is_full()
    {
        await using var seller = (await PeerAsync()).Serving();
        await using var buyer = (await TestPeer.StartAsync(Token, 4 << 20)).Knows(seller);
        var blob = await seller.Store.AddAsync(RandomNumberGenerator.GetBytes(Size), Token);
        Assert.Equal(ContentReason.StoreFull, (await FailureOf(() => buyer.Fetcher().FetchAsync(blob.Id, [seller.Id], Limit, null, Token))).Reason);
    }

    [Fact]
    public async Task Takes_a_corrupt_chunk_from_whoever_has_it_whole()
    {
        await using var damaged = (await PeerAsync()).Serving();
        await using var whole = (await PeerAsync()).Serving();
        await using var buyer = (await PeerAsync()).Knows(damaged, whole);
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var blob = await damaged.Store.AddAsync(bytes, Token);
        foreach (var file in Directory.GetFiles(Path.Combine(damaged.Folder, "blocks"), "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length == Manifest.ChunkBytes).Take(3))
        {
            await File.WriteAllBytesAsync(file, new byte[Manifest.ChunkBytes], Token);
        }

        var failure = await FailureOf(() => buyer.Fetcher().FetchAsync(blob.Id, [damaged.Id], Limit, null, Token));
        Assert.Contains("lacks 3 blocks", failure.Message, StringComparison.Ordinal);
        await whole.Store.AddAsync(bytes, Token);
        await buyer.Fetcher().FetchAsync(blob.Id, [damaged.Id, whole.Id], Limit, null, Token);
        Assert.Equal(bytes, await buyer.Store.ReadAsync(blob.Id, Size, Token));
    }

    [Fact]
    public async Task Goes_on_after_a_cut_without_fetching_anything_twice()
    {
        await using var source = await PeerAsync();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var blob = await source.Store.AddAsync(bytes, Token);
        var manifest = await source.Store.ReadManifestAsync(blob.Id, Token);
        var sent = new ConcurrentBag<int>();
        source.Answering(async (stream, token) =>
        {
            // One request for each stream, one block, then a cut: in the middle of the next block, if there is one.
            var request = await ReadRequestAsync(stream, token);
            var (first, count) = (BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(34)), BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(38)));
            var block = await source.Store.ReadBlockAsync(first == 0 ? blob.Id.Digest : manifest.Chunks[first - 1], token);
            sent.Add(first);
            await stream.Output.WriteAsync(Header(0, block.Length), token);
            await stream.Output.WriteAsync(block, token);
            if (count > 1)
            {
                await stream.Output.WriteAsync(Header(0, manifest.SizeOf(first)), token);
                await stream.Output.WriteAsync(new byte[100], token);
            }
        });
        await using var buyer = (await PeerAsync()).Knows(source);
        await buyer.Fetcher().FetchAsync(blob.Id, [source.Id], Limit, null, Token);
        Assert.Equal(bytes, await buyer.Store.ReadAsync(blob.Id, Size, Token));
        Assert.Equal(Enumerable.Range(0, manifest.Count + 1), sent.Order());
    }

    [Fact]
    public async Task Gives_up_a_peer_that_only_cuts()
    {
        var streams = 0;
        await using var seller = (await PeerAsync()).Answering((stream, _) =>
        {
            Interlocked.Increment(ref streams);
            stream.Reset();
            return Task.CompletedTask;
        });
        await using var buyer = (await PeerAsync()).Knows(seller);
        await FailureOf(() => buyer.Fetcher().FetchAsync(ContentId.OfChunk("x"u8), [seller.Id], Limit, null, Token));
        Assert.Equal(3, streams);
    }

    [Fact]
    public async Task Resumes_with_another_fetcher_after_the_seller_died()
    {
        var bytes = RandomNumberGenerator.GetBytes(20 << 20);
        await using var buyer = await PeerAsync();
        await using var second = (await PeerAsync()).Serving();
        var blob = await second.Store.AddAsync(bytes, Token);
        var first = (await PeerAsync()).Serving();
        await first.Store.AddAsync(bytes, Token);
        buyer.Knows(first, second);
        var killed = new TaskCompletionSource();
        var progress = new Listener(seen =>
        {
            if (seen.BytesHeld >= 4 << 20 && killed.TrySetResult())
            {
                _ = first.DisposeAsync().AsTask();
            }
        });
        var fetch = buyer.Fetcher(Impatient).FetchAsync(blob.Id, [first.Id], Limit, progress, Token);
        await Record.ExceptionAsync(() => fetch);
        Assert.True(killed.Task.IsCompleted);
        var seen = new ConcurrentBag<long>();
        await buyer.Fetcher().FetchAsync(blob.Id, [first.Id, second.Id], Limit, new Listener(p => seen.Add(p.BytesHeld)), Token);
        Assert.Equal(bytes, await buyer.Store.ReadAsync(blob.Id, bytes.Length, Token));
        Assert.True(seen.IsEmpty || seen.Min() > 4 << 20, "The second fetch began from nothing.");
    }

    [Fact]
    public async Task Takes_parts_from_peers_that_each_have_some()
    {
        var bytes = RandomNumberGenerator.GetBytes(12 << 20);
        await using var buyer = await PeerAsync();
        var sellers = new List<TestPeer>();
        Blob blob = default;
        for (var i = 0; i < 3; i++)
        {
            var seller = (await PeerAsync()).Serving();
            blob = await seller.Store.AddAsync(bytes, Token);
            var chunks = (await seller.Store.ReadManifestAsync(blob.Id, Token)).Chunks;
            foreach (var chunk in chunks.Where((_, index) => index % 3 != i))
            {
                File.Delete(Path.Combine(seller.Folder, "blocks", chunk.ToString()[..2], chunk.ToString()));
            }

            buyer.Knows(seller);
            sellers.Add(seller);
        }

        var seen = new ConcurrentBag<FetchProgress>();
        var fetched = await buyer.Fetcher().FetchAsync(blob.Id, [.. sellers.Select(s => s.Id)], Limit, new Listener(seen.Add), Token);
        Assert.Equal(blob, fetched);
        Assert.Equal(bytes, await buyer.Store.ReadAsync(blob.Id, bytes.Length, Token));
        Assert.Equal(bytes.Length, seen.Max(p => p.BytesHeld));
        Assert.All(seen, p => Assert.Equal(bytes.Length, p.BytesTotal));
        foreach (var seller in sellers)
        {
            await seller.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_small_blobs_come_at_once()
    {
        await using var seller = (await PeerAsync()).Serving();
        await using var buyer = (await PeerAsync()).Knows(seller);
        var blobs = new List<Blob>();
        for (var i = 0; i < 200; i++)
        {
            blobs.Add(await seller.Store.AddAsync(RandomNumberGenerator.GetBytes(i * 10), Token));
        }

        var fetcher = buyer.Fetcher();
        await Task.WhenAll(blobs.Select(blob => fetcher.FetchAsync(blob.Id, [seller.Id], Limit, null, Token)));
        foreach (var blob in blobs)
        {
            Assert.True(await buyer.Store.ContainsAsync(blob.Id, Token));
        }
    }

    [Fact]
    public async Task Stops_when_asked_to()
    {
        await using var silent = (await PeerAsync()).Answering(Stall);
        await using var buyer = (await PeerAsync()).Knows(silent);
        using var stop = new CancellationTokenSource();
        var fetch = buyer.Fetcher().FetchAsync(ContentId.OfChunk("x"u8), [silent.Id], Limit, null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    private sealed class Listener(Action<FetchProgress> act) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => act(value);
    }
}
