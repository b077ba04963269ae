using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Market.Content.Chunks;

namespace Market.Content.Tests.Chunks;

public sealed class ManifestTests
{
    private static byte[] Bytes(long size, int chunks)
    {
        byte[] bytes = [.. "MKTM\u0001"u8, .. new byte[8], .. RandomNumberGenerator.GetBytes(32 * chunks)];
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(5), size);
        return bytes;
    }

    public static TheoryData<long, int> Unsound => new()
    {
        { 0, 0 }, { 1, 1 }, { 1 << 20, 1 }, { (1 << 20) + 1, 1 }, { (1 << 20) + 1, 3 }, { -1, 2 }, { long.MinValue, 2 },
        { long.MaxValue, 2 }, { Manifest.LargestBlob + 1, Manifest.MostChunks }, { 4L << 30, 2 },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Refuses_a_size_that_lies(long size, int chunks) =>
        Assert.Equal(ContentReason.Malformed, Assert.Throws<ContentException>(() => Manifest.Parse(Bytes(size, chunks))).Reason);

    [Fact]
    public void Refuses_another_magic_or_version()
    {
        for (var at = 0; at < 5; at++)
        {
            var bytes = Bytes(2 << 20, 2);
            bytes[at] ^= 1;
            Assert.Throws<ContentException>(() => Manifest.Parse(bytes));
        }
    }

    [Fact]
    public void Random_bytes_are_refused_by_name() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        byte[] withMagic = [.. "MKTM\u0001"u8, .. bytes];
        Assert.Throws<ContentException>(() => Manifest.Parse(bytes));
        Assert.Throws<ContentException>(() => Manifest.Parse(withMagic));
    });

    [Fact]
    public void Reads_back_what_it_writes() => Gen.Long[Manifest.ChunkBytes + 1, 300L << 20].Sample(size =>
    {
        var bytes = Bytes(size, (int)((size + Manifest.ChunkBytes - 1) / Manifest.ChunkBytes));
        var manifest = Manifest.Parse(bytes);
        return manifest.ToBytes().AsSpan().SequenceEqual(bytes)
            && Enumerable.Range(0, manifest.Count).Sum(chunk => (long)manifest.SizeOf(chunk)) == size
            && manifest.SizeOf(manifest.Count - 1) > 0;
    });

    [Fact]
    public void The_largest_manifest_fits_into_a_chunk()
    {
        var bytes = Bytes(Manifest.LargestBlob, Manifest.MostChunks);
        Assert.InRange(bytes.Length, 1, Manifest.ChunkBytes);
        Assert.Equal(Manifest.MostChunks, Manifest.Parse(bytes).Count);
    }
}
