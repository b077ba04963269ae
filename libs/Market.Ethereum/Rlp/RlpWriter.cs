using System.Buffers.Binary;
using System.Numerics;

namespace Market.Ethereum.Rlp;

/// <summary>Writes Recursive Length Prefix items (Yellow Paper, appendix B).</summary>
public sealed class RlpWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>Writes a string of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public RlpWriter Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1 || bytes[0] >= 0x80)
        {
            WriteLength(0x80, bytes.Length);
        }

        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Writes a number without leading zeros; zero is the empty string.</summary>
    /// <param name="number">Not negative.</param>
    public RlpWriter Write(BigInteger number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return Write(number.IsZero ? [] : number.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Writes an address, or the empty string for none.</summary>
    /// <param name="address">The address.</param>
    public RlpWriter Write(Address? address) => Write(address?.ToArray() ?? []);

    /// <summary>Writes a list.</summary>
    /// <param name="items">Writes the items of the list.</param>
    public RlpWriter WriteList(Action<RlpWriter> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var inner = new RlpWriter();
        items(inner);
        WriteLength(0xc0, inner._bytes.Count);
        _bytes.AddRange(inner._bytes);
        return this;
    }

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => [.. _bytes];

    private void WriteLength(int offset, int length)
    {
        if (length < 56)
        {
            _bytes.Add((byte)(offset + length));
            return;
        }

        Span<byte> digits = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(digits, length);
        digits = digits.TrimStart((byte)0);
        _bytes.Add((byte)(offset + 55 + digits.Length));
        _bytes.AddRange(digits);
    }
}
