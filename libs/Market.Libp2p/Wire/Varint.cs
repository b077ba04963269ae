using System.Numerics;

namespace Market.Libp2p.Wire;

/// <summary>Unsigned LEB128 of at most nine bytes (63 bits), minimal; anything else is refused.</summary>
/// <remarks>https://github.com/multiformats/unsigned-varint</remarks>
internal static class Varint
{
    internal const int MaxLength = 9;

    internal static int Length(ulong value) => Math.Max(1, (BitOperations.Log2(value) / 7) + 1);

    /// <summary>Writes <paramref name="value"/> and returns how many bytes it took.</summary>
    internal static int Write(Span<byte> target, ulong value)
    {
        var n = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[n++] = (byte)(value | 0x80);
        }

        target[n++] = (byte)value;
        return n;
    }

    /// <summary>Returns the bytes read; 0 when more are needed; -1 when no further byte can make it valid.</summary>
    internal static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < source.Length && i < MaxLength; i++)
        {
            var b = source[i];
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                return b == 0 && i > 0 ? -1 : i + 1;
            }
        }

        return source.Length >= MaxLength ? -1 : 0;
    }
}
