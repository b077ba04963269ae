using System.Buffers.Binary;

namespace Market.Content.Exchange;

/// <summary>Asks for a run of a blob's blocks: block 0 is the blob itself or its manifest, block i is chunk i−1.</summary>
/// <remarks>42 bytes: 01 ‖ 00 raw or 01 manifest ‖ digest(32) ‖ u32 first ‖ u32 count, big-endian; 1 to 64 blocks.</remarks>
internal readonly record struct BlobRequest(ContentId Id, int First, int Count)
{
    public const int Length = 2 + BlockDigest.Length + 2 * sizeof(int);
    public const int MostBlocks = 64;

    private const byte Get = 1;

    public void Write(Span<byte> bytes)
    {
        bytes[0] = Get;
        bytes[1] = Id.Kind == ContentKind.Manifest ? (byte)1 : (byte)0;
        Id.Digest.CopyTo(bytes[2..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[34..], First);
        BinaryPrimitives.WriteInt32BigEndian(bytes[38..], Count);
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out BlobRequest request)
    {
        request = default;
        if (bytes.Length != Length || bytes[0] != Get || bytes[1] > 1)
        {
            return false;
        }

        var kind = bytes[1] == 1 ? ContentKind.Manifest : ContentKind.Raw;
        var first = BinaryPrimitives.ReadInt32BigEndian(bytes[34..]);
        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[38..]);
        request = new BlobRequest(new ContentId(kind, new BlockDigest(bytes[2..])), first, count);
        var blocks = kind == ContentKind.Raw ? 1 : Chunks.Manifest.MostChunks + 1;
        return first >= 0 && count is >= 1 and <= MostBlocks && first <= blocks - count;
    }
}
