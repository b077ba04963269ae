using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Market.Protocol.Draws;

/// <summary>Random numbers that follow from a message: everybody who knows it has the same.</summary>
/// <remarks>
/// The 32-bit big-endian words of SHA-256(message ‖ u32 block), block = 0, 1, …; a number below n is a word w with
/// w &lt; ⌊2³²/n⌋·n, modulo n; other words are skipped.
/// </remarks>
/// <param name="message">A domain's text and what the numbers depend on.</param>
internal sealed class DrawnNumbers(params ReadOnlySpan<byte> message)
{
    private readonly byte[] _message = [.. message, .. new byte[sizeof(uint)]];
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private uint _next;
    private int _used = SHA256.HashSizeInBytes;

    /// <summary>The next number below a bound, which is at least 1.</summary>
    public int Below(int bound)
    {
        var fair = (1UL << 32) / (uint)bound * (uint)bound;
        uint word;
        do
        {
            word = Next();
        }
        while (word >= fair);
        return (int)(word % (uint)bound);
    }

    private uint Next()
    {
        if (_used == _block.Length)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_message.AsSpan(_message.Length - sizeof(uint)), _next++);
            SHA256.HashData(_message, _block);
            _used = 0;
        }

        _used += sizeof(uint);
        return BinaryPrimitives.ReadUInt32BigEndian(_block.AsSpan(_used - sizeof(uint)));
    }
}
