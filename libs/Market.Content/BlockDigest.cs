using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Market.Content;

/// <summary>The SHA-256 of a block: a chunk, or a manifest.</summary>
internal readonly record struct BlockDigest
{
    public const int Length = SHA256.HashSizeInBytes;

    private readonly UInt128 _high, _low;

    public BlockDigest(ReadOnlySpan<byte> bytes)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    public static BlockDigest Of(ReadOnlySpan<byte> block)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(block, digest);
        return new BlockDigest(digest);
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>64 lower-case hexadecimal digits: also the block's file name.</summary>
    public override string ToString() => $"{_high:x32}{_low:x32}";
}
