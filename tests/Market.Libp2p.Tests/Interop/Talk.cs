using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Market.Libp2p.Tests.Interop;

/// <summary>The protocols of tests/Interop/libp2p/protocols.mjs, from both ends.</summary>
internal static class Talk
{
    private const int Block = 64 << 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static void Serve(Node node)
    {
        node.Handle("/echo/1", TestNodes.EchoAsync);
        node.Handle("/digest/1", async (stream, token) =>
            await stream.Output.WriteAsync(await DigestAsync(stream, token), token));
        node.Handle("/sink/1", async (stream, token) =>
            await stream.Output.WriteAsync(Count(await DrainAsync(stream, _ => { }, token)), token));
        node.Handle("/random/1", async (stream, token) =>
        {
            var count = await stream.Input.ReadAtLeastAsync(8, token);
            var n = (int)BinaryPrimitives.ReadInt64BigEndian(count.Buffer.Slice(0, 8).ToArray());
            stream.Input.AdvanceTo(count.Buffer.GetPosition(8));
            await stream.Output.WriteAsync(await SendRandomAsync(stream, n, token), token);
        });
        node.Handle("/reset/1", async (stream, token) =>
        {
            stream.Input.AdvanceTo((await stream.Input.ReadAtLeastAsync(1, token)).Buffer.End);
            stream.Reset();
        });
    }

    /// <summary>Sends random bytes; the other end answers their digest.</summary>
    internal static async Task SendAsync(Node from, PeerId to, int bytes)
    {
        await using var stream = await from.OpenAsync(to, ["/digest/1"], Token);
        var digest = await SendRandomAsync(stream, bytes, Token);
        await stream.CloseWriteAsync(Token);
        Assert.Equal(digest, await stream.ReadToEndAsync());
    }

    /// <summary>Asks for random bytes, which their digest follows.</summary>
    internal static async Task FetchAsync(Node from, PeerId to, int bytes)
    {
        await using var stream = await from.OpenAsync(to, ["/random/1"], Token);
        await stream.Output.WriteAsync(Count(bytes), Token);
        await stream.CloseWriteAsync(Token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (left, tail) = (bytes, new List<byte>());
        await DrainAsync(stream, part =>
        {
            var body = Math.Min(left, part.Length);
            hash.AppendData(part.Span[..body]);
            left -= body;
            tail.AddRange(part.Span[body..]);
        }, Token);
        Assert.Equal(hash.GetHashAndReset(), tail);
    }

    /// <summary>Sends random bytes that must come back, writing and reading at once.</summary>
    internal static async Task EchoAsync(Node from, PeerId to, int bytes)
    {
        await using var stream = await from.OpenAsync(to, ["/echo/1"], Token);
        var back = DigestAsync(stream, Token);
        var digest = await SendRandomAsync(stream, bytes, Token);
        await stream.CloseWriteAsync(Token);
        Assert.Equal(digest, await back);
    }

    private static byte[] Count(long n)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, n);
        return bytes;
    }

    private static async Task<byte[]> SendRandomAsync(PeerStream stream, int n, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (; n > 0; n -= Block)
        {
            var block = RandomNumberGenerator.GetBytes(Math.Min(n, Block));
            hash.AppendData(block);
            await stream.Output.WriteAsync(block, cancellationToken);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> DigestAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await DrainAsync(stream, part => hash.AppendData(part.Span), cancellationToken);
        return hash.GetHashAndReset();
    }

    private static async Task<long> DrainAsync(PeerStream stream, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        for (long total = 0; ;)
        {
            var result = await stream.Input.ReadAsync(cancellationToken);
            foreach (var part in result.Buffer)
            {
                take(part);
                total += part.Length;
            }

            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return total;
            }
        }
    }
}
