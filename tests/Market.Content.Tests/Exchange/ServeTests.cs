using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Market.Content.Chunks;
using Market.Content.Exchange;
using Market.Libp2p;

namespace Market.Content.Tests.Exchange;

public sealed class ServeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly string[] Protocols = [BlobServer.Protocol];

    private static byte[] Request(ContentId id, int first, int count)
    {
        byte[] bytes = [1, (byte)(id.Kind == ContentKind.Manifest ? 1 : 0), .. id.DigestBytes(), .. new byte[8]];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(34), first);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(38), count);
        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(PeerStream stream)
    {
        using var all = new MemoryStream();
        await stream.Input.CopyToAsync(all, Token);
        return all.ToArray();
    }

    public static TheoryData<byte[]> Unsound()
    {
        var id = ContentId.OfChunk("x"u8);
        var manifest = new ContentId(ContentKind.Manifest, id.DigestBytes());
        return new TheoryData<byte[]>(
            Request(id, 0, 0), Request(id, 0, 2), Request(id, 1, 1), Request(id, -1, 1), Request(manifest, 0, 65), Request(manifest, 0, -1),
            Request(manifest, int.MaxValue, 1), Request(manifest, int.MaxValue, 64), new byte[42], (byte[])[2, .. Request(id, 0, 1)[1..]],
            (byte[])[1, 2, .. Request(id, 0, 1)[2..]]);
    }

    [Theory]
    [MemberData(nameof(Unsound))]
    public async Task Resets_a_stream_with_an_unsound_request_and_serves_the_next(byte[] request)
    {
        await using var seller = (await TestPeer.StartAsync(Token)).Serving();
        await using var buyer = (await TestPeer.StartAsync(Token)).Knows(seller);
        await using (var stream = await buyer.Node.OpenAsync(seller.Id, Protocols, Token))
        {
            await stream.Output.WriteAsync(request, Token);
            await Assert.ThrowsAsync<Libp2pException>(() => ReadToEndAsync(stream));
        }

        var blob = await seller.Store.AddAsync("x"u8.ToArray(), Token);
        await buyer.Fetcher().FetchAsync(blob.Id, [seller.Id], 1, null, Token);
    }

    [Fact]
    public void Random_bytes_are_no_request_or_one_that_reads_back() => Gen.Byte.Array[42].Sample(bytes =>
    {
        bytes[0] = 1;
        bytes[1] &= 3;
        if (BlobRequest.TryParse(bytes, out var request))
        {
            var again = new byte[42];
            request.Write(again);
            Assert.Equal(bytes, again);
        }
    });

    [Fact]
    public async Task Answers_block_by_block_with_what_is_there()
    {
        await using var seller = (await TestPeer.StartAsync(Token)).Serving();
        await using var buyer = (await TestPeer.StartAsync(Token)).Knows(seller);
        var bytes = RandomNumberGenerator.GetBytes(Manifest.ChunkBytes + 5);
        var blob = await seller.Store.AddAsync(bytes, Token);
        await using var stream = await buyer.Node.OpenAsync(seller.Id, Protocols, Token);
        await stream.Output.WriteAsync(Request(blob.Id, 2, 3), Token);
        await stream.Output.WriteAsync(Request(ContentId.OfChunk("absent"u8), 0, 1), Token);
        await stream.CloseWriteAsync(Token);
        byte[] expected = [0, 0, 0, 0, 5, .. bytes[^5..], 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        Assert.Equal(expected, await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task Tells_a_peer_with_too_many_streams_that_it_is_busy()
    {
        await using var seller = (await TestPeer.StartAsync(Token)).Serving(new BlobServerOptions { StreamsPerPeer = 2 });
        await using var buyer = (await TestPeer.StartAsync(Token)).Knows(seller);
        var blob = await seller.Store.AddAsync("x"u8.ToArray(), Token);
        var streams = new List<PeerStream>();
        for (var i = 0; i < 2; i++)
        {
            var stream = await buyer.Node.OpenAsync(seller.Id, Protocols, Token);
            streams.Add(stream);
            await stream.Output.WriteAsync(Request(blob.Id, 0, 1), Token);
            var answer = await stream.Input.ReadAtLeastAsync(6, Token);
            Assert.Equal([0, 0, 0, 0, 1, (byte)'x'], answer.Buffer.ToArray());
            stream.Input.AdvanceTo(answer.Buffer.End);
        }

        await using (var third = await buyer.Node.OpenAsync(seller.Id, Protocols, Token))
        {
            Assert.Equal([3, 0, 0, 0, 0], await ReadToEndAsync(third));
        }

        foreach (var stream in streams)
        {
            await stream.CloseWriteAsync(Token);
            Assert.Empty(await ReadToEndAsync(stream));
            await stream.DisposeAsync();
        }

        await buyer.Fetcher().FetchAsync(blob.Id, [seller.Id], 1, null, Token);
    }

    [Fact]
    public async Task Ends_a_stream_on_which_nothing_is_asked()
    {
        await using var seller = (await TestPeer.StartAsync(Token)).Serving(new BlobServerOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        await using var buyer = (await TestPeer.StartAsync(Token)).Knows(seller);
        await using var stream = await buyer.Node.OpenAsync(seller.Id, Protocols, Token);
        await stream.Output.WriteAsync(new byte[] { 1 }, Token);
        await Assert.ThrowsAsync<Libp2pException>(() => ReadToEndAsync(stream).WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task Ends_a_stream_whose_peer_does_not_read()
    {
        await using var seller = (await TestPeer.StartAsync(Token)).Serving(new BlobServerOptions { Timeout = TimeSpan.FromMilliseconds(500), Blocks = 1 });
        await using var greedy = (await TestPeer.StartAsync(Token)).Knows(seller);
        await using var buyer = (await TestPeer.StartAsync(Token)).Knows(seller);
        var blob = await seller.Store.AddAsync(RandomNumberGenerator.GetBytes(16 << 20), Token);
        await using var stream = await greedy.Node.OpenAsync(seller.Id, Protocols, Token);
        await stream.Output.WriteAsync(Request(blob.Id, 0, 17), Token);
        var small = await seller.Store.AddAsync("small"u8.ToArray(), Token);
        await buyer.Fetcher().FetchAsync(small.Id, [seller.Id], 5, null, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        await Assert.ThrowsAsync<Libp2pException>(() => ReadToEndAsync(stream).WaitAsync(TimeSpan.FromSeconds(30), Token));
    }
}
