using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Market.Ethereum.Abi;

/// <summary>
/// Writes the values of one tuple (a call's arguments, a struct) in order, as the ABI specification encodes them:
/// fixed-size values in the head, the others as an offset in the head and their bytes in the tail.
/// </summary>
public sealed class AbiWriter
{
    private const int Word = 32;
    private readonly List<byte> _head = [];
    private readonly List<(int Slot, byte[] Tail)> _tails = [];

    /// <summary>Writes an unsigned integer of at most 64 bits.</summary>
    /// <param name="value">The value.</param>
    public AbiWriter WriteUInt(ulong value)
    {
        Span<byte> word = stackalloc byte[Word];
        BinaryPrimitives.WriteUInt64BigEndian(word[24..], value);
        _head.AddRange(word);
        return this;
    }

    /// <summary>Writes an unsigned integer.</summary>
    /// <param name="value">The value.</param>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="EthereumException">It is negative or does not fit.</exception>
    public AbiWriter WriteUInt(BigInteger value, int bits = 256)
    {
        if (value.Sign < 0 || value.GetBitLength() > bits)
        {
            throw new EthereumException($"{value} does not fit uint{bits}.");
        }

        return WriteNumber(value);
    }

    /// <summary>Writes a signed integer.</summary>
    /// <param name="value">The value.</param>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="EthereumException">It does not fit.</exception>
    public AbiWriter WriteInt(BigInteger value, int bits = 256)
    {
        if (value.GetBitLength() > bits - 1)
        {
            throw new EthereumException($"{value} does not fit int{bits}.");
        }

        return WriteNumber(value);
    }

    /// <summary>Writes true or false.</summary>
    /// <param name="value">The value.</param>
    public AbiWriter WriteBool(bool value) => WriteUInt(value ? 1UL : 0);

    /// <summary>Writes an address.</summary>
    /// <param name="value">The value.</param>
    public AbiWriter WriteAddress(Address value)
    {
        Span<byte> word = stackalloc byte[Word];
        value.CopyTo(word[12..]);
        _head.AddRange(word);
        return this;
    }

    /// <summary>Writes a <c>bytes32</c>.</summary>
    /// <param name="value">The value.</param>
    public AbiWriter WriteHash(Hash256 value)
    {
        Span<byte> word = stackalloc byte[Word];
        value.CopyTo(word);
        _head.AddRange(word);
        return this;
    }

    /// <summary>Writes a <c>bytesN</c>, N from 1 to 32.</summary>
    /// <param name="value">The N bytes.</param>
    public AbiWriter WriteFixedBytes(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, Word);
        _head.AddRange(value);
        _head.AddRange(new byte[Word - value.Length]);
        return this;
    }

    /// <summary>Writes <c>bytes</c>.</summary>
    /// <param name="value">The bytes.</param>
    public AbiWriter WriteBytes(ReadOnlySpan<byte> value)
    {
        byte[] tail = new byte[Word + ((value.Length + Word - 1) / Word * Word)];
        BinaryPrimitives.WriteInt32BigEndian(tail.AsSpan(Word - 4), value.Length);
        value.CopyTo(tail.AsSpan(Word));
        return WriteTail(tail);
    }

    /// <summary>Writes a <c>string</c> as UTF-8.</summary>
    /// <param name="value">The text.</param>
    public AbiWriter WriteString(string value) => WriteBytes(Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a tuple, or an array of fixed length.</summary>
    /// <param name="dynamic">Whether its type has a dynamic part.</param>
    /// <param name="items">Writes its values.</param>
    public AbiWriter WriteTuple(bool dynamic, Action<AbiWriter> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var inner = new AbiWriter();
        items(inner);
        if (dynamic)
        {
            return WriteTail(inner.ToArray());
        }

        _head.AddRange(inner._head);
        return this;
    }

    /// <summary>Writes an array of any length.</summary>
    /// <param name="items">The values.</param>
    /// <param name="write">Writes one of them.</param>
    /// <typeparam name="T">Their type.</typeparam>
    public AbiWriter WriteArray<T>(IReadOnlyCollection<T> items, Action<AbiWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(write);
        var inner = new AbiWriter();
        foreach (T item in items)
        {
            write(inner, item);
        }

        return WriteTail([.. new AbiWriter().WriteUInt((ulong)items.Count)._head, .. inner.ToArray()]);
    }

    /// <summary>The encoding of all that was written.</summary>
    /// <param name="prefix">Bytes in front that offsets do not count: a function's selector.</param>
    public byte[] ToArray(ReadOnlySpan<byte> prefix = default)
    {
        byte[] result = new byte[prefix.Length + _head.Count + _tails.Sum(t => t.Tail.Length)];
        prefix.CopyTo(result);
        Span<byte> body = result.AsSpan(prefix.Length);
        _head.CopyTo(body);
        int position = _head.Count;
        foreach ((int slot, byte[] tail) in _tails)
        {
            BinaryPrimitives.WriteInt32BigEndian(body.Slice(slot + Word - 4), position);
            tail.CopyTo(body[position..]);
            position += tail.Length;
        }

        return result;
    }

    private AbiWriter WriteTail(byte[] tail)
    {
        _tails.Add((_head.Count, tail));
        return WriteUInt(0);
    }

    private AbiWriter WriteNumber(BigInteger value)
    {
        Span<byte> word = stackalloc byte[Word];
        word.Fill(value.Sign < 0 ? (byte)0xff : (byte)0);
        byte[] digits = value.ToByteArray(isUnsigned: value.Sign >= 0, isBigEndian: true);
        digits.CopyTo(word[(Word - digits.Length)..]);
        _head.AddRange(word);
        return this;
    }
}
