using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Market.Onnx.Digests;
using Market.Onnx.Tensors;

namespace Market.Onnx.Tests.Digests;

/// <summary>Openings against tensors' digests, by docs/results.md alone.</summary>
public sealed class TensorOpeningTests
{
    private static Tensor Floats(int count) => new(
        ElementType.Float, [count], MemoryMarshal.AsBytes(Enumerable.Range(0, count).Select(i => i % 7 == 0 ? -0f : i - 100.5f).ToArray().AsSpan()).ToArray());

    [Theory]
    [InlineData(1, new long[] { 0 }, 1)]
    [InlineData(512, new long[] { 511 }, 1)]
    [InlineData(5000, new long[] { 0, 511, 512, 4999 }, 2)]
    [InlineData(5000, new long[] { 2600, 1300 }, 2)]
    [InlineData(5000, null, 1)]
    [InlineData(0, null, 1)]
    public void Its_header_is_the_digests_and_its_runs_lead_to_the_headers_root(int count, long[]? elements, int runs)
    {
        var tensor = Floats(count);
        var opening = TensorOpening.Of(tensor, elements);
        Assert.Equal(TensorDigest.Of(tensor), new Digest(SHA256.HashData(opening.Header.Span)));
        Assert.Equal(runs, opening.Runs.Length);
        var width = Math.Max(1, (count * 4 + 2047) / 2048);
        Assert.All(opening.Runs, run => Assert.Equal(opening.Header.Span[^32..].ToArray(), RootOf(run, width)));
        Assert.All(elements ?? [], element => Assert.Contains(opening.Runs, run => run.First <= element / 512 && element / 512 < run.First + ((run.Data.Length + 2047) / 2048)));
    }

    [Fact]
    public void Nothing_opened_is_the_header_alone() => Assert.Empty(TensorOpening.Of(Floats(5000), []).Runs);

    private static byte[] RootOf(ChunkRun run, int width)
    {
        var path = new Queue<Digest>(run.Path);
        var nodes = new List<byte[]>();
        for (var at = 0; at < Math.Max(1, run.Data.Length); at += 2048)
        {
            var chunk = run.Data.Span[at..Math.Min(run.Data.Length, at + 2048)];
            var leaf = new byte[13 + chunk.Length];
            BinaryPrimitives.WriteInt64BigEndian(leaf.AsSpan(1), run.First + (at / 2048));
            BinaryPrimitives.WriteInt32BigEndian(leaf.AsSpan(9), chunk.Length);
            chunk.CopyTo(leaf.AsSpan(13));
            nodes.Add(SHA256.HashData(leaf));
        }

        for (var first = (int)run.First; width > 1; first /= 2, width = (width + 1) / 2)
        {
            if (first % 2 == 1)
            {
                nodes.Insert(0, path.Dequeue().ToArray());
                first--;
            }

            if (nodes.Count % 2 == 1 && first + nodes.Count < width)
            {
                nodes.Add(path.Dequeue().ToArray());
            }

            nodes = [.. nodes.Chunk(2).Select(pair => pair.Length == 2 ? SHA256.HashData((byte[])[1, .. pair[0], .. pair[1]]) : pair[0])];
        }

        Assert.Empty(path);
        return Assert.Single(nodes);
    }
}
