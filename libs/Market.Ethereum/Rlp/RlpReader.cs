using System.Numerics;

namespace Market.Ethereum.Rlp;

/// <summary>Reads Recursive Length Prefix items one after the other, strictly: every item has one encoding only (Yellow Paper, appendix B).</summary>
/// <remarks>Nothing is copied or allocated by lengths that the bytes claim, so hostile bytes cost no more than their own size.</remarks>
public ref struct RlpReader
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="bytes">One or more items.</param>
    public RlpReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>Whether all has been read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads a string of bytes.</summary>
    /// <exception cref="EthereumException">A list, cut off, or not the shortest form.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        if (!_rest.IsEmpty && _rest[0] < 0x80)
        {
            return Take(0, 1);
        }

        ReadOnlySpan<byte> bytes = ReadItem(0x80);
        return bytes.Length == 1 && bytes[0] < 0x80 ? throw new EthereumException($"RLP byte {bytes[0]:x2} has a length in front; expected the byte alone.") : bytes;
    }

    /// <summary>Reads a number.</summary>
    /// <param name="most">How many bytes it may have.</param>
    /// <exception cref="EthereumException">Leading zeros, or longer.</exception>
    public BigInteger ReadNumber(int most = 32)
    {
        ReadOnlySpan<byte> bytes = ReadBytes();
        if (bytes.Length > most || (bytes.Length > 0 && bytes[0] == 0))
        {
            throw new EthereumException($"RLP number of {bytes.Length} bytes{(bytes.Length > 0 && bytes[0] == 0 ? " with leading zeros" : "")}; expected at most {most} without leading zeros.");
        }

        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Reads a list, as a reader of its items.</summary>
    /// <exception cref="EthereumException">Not a list, cut off, or not the shortest form.</exception>
    public RlpReader ReadList() => new(ReadItem(0xc0));

    /// <summary>Makes sure that nothing is left.</summary>
    /// <exception cref="EthereumException">Something is.</exception>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new EthereumException($"{_rest.Length} bytes after the last RLP item; expected none.");
        }
    }

    private ReadOnlySpan<byte> ReadItem(int offset)
    {
        string kind = offset == 0x80 ? "string" : "list";
        if (_rest.IsEmpty)
        {
            throw new EthereumException($"RLP ends where a {kind} was expected.");
        }

        int first = _rest[0] - offset;
        if (first is < 0 or > 63)
        {
            throw new EthereumException($"RLP prefix {_rest[0]:x2}; expected a {kind}.");
        }

        if (first < 56)
        {
            return Take(1, first);
        }

        int digits = first - 55;
        if (_rest.Length <= digits || digits > 4 || _rest[1] == 0)
        {
            throw new EthereumException($"RLP {kind} with a length of {digits} bytes that is cut off, has a leading zero or is over 4 bytes.");
        }

        uint length = 0;
        foreach (byte digit in _rest.Slice(1, digits))
        {
            length = (length << 8) | digit;
        }

        return length < 56 ? throw new EthereumException($"RLP {kind} of {length} bytes in the long form; expected the short.") : Take(1 + digits, length);
    }

    private ReadOnlySpan<byte> Take(int start, long length)
    {
        if (length > _rest.Length - start)
        {
            throw new EthereumException($"RLP item of {length} bytes, but {_rest.Length - start} are left.");
        }

        ReadOnlySpan<byte> item = _rest.Slice(start, (int)length);
        _rest = _rest[(start + (int)length)..];
        return item;
    }
}
