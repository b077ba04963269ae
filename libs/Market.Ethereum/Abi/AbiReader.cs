using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Market.Ethereum.Abi;

/// <summary>
/// Reads the values of one tuple (a call's result, an event's data, a struct) in order, strictly: no padding but zeros,
/// no integer beyond its type, no offset or length beyond the bytes that are there.
/// </summary>
/// <remarks>
/// Offsets may point at the same bytes more than once, so that small hostile data could stand for a huge value. All tails
/// of one decoding together may therefore be no longer than the data, which is so in what encoders write: time and memory
/// are in proportion to the data. Pass a reader on by <c>ref</c>; a copy would count, and read, on its own.
/// </remarks>
public ref struct AbiReader
{
    private const int Word = 32;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _tuple;
    private int[]? _budget;
    private int _position;

    /// <param name="data">The tuple's encoding, without a selector.</param>
    public AbiReader(ReadOnlySpan<byte> data) => _tuple = data;

    private AbiReader(ReadOnlySpan<byte> data, int[]? budget)
    {
        _tuple = data;
        _budget = budget;
    }

    /// <summary>Reads an unsigned integer of at most 64 bits.</summary>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="EthereumException">It does not fit.</exception>
    public ulong ReadUInt64(int bits = 64)
    {
        ReadOnlySpan<byte> word = ReadWord();
        ulong value = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        return word[..24].ContainsAnyExcept((byte)0) || (bits < 64 && value >> bits != 0) ? throw Unfit(word, $"uint{bits}") : value;
    }

    /// <summary>Reads an unsigned integer.</summary>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="EthereumException">It does not fit.</exception>
    public BigInteger ReadUInt(int bits = 256)
    {
        ReadOnlySpan<byte> word = ReadWord();
        var value = new BigInteger(word, isUnsigned: true, isBigEndian: true);
        return value.GetBitLength() > bits ? throw Unfit(word, $"uint{bits}") : value;
    }

    /// <summary>Reads a signed integer.</summary>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="EthereumException">It does not fit.</exception>
    public BigInteger ReadInt(int bits = 256)
    {
        ReadOnlySpan<byte> word = ReadWord();
        var value = new BigInteger(word, isUnsigned: false, isBigEndian: true);
        return value.GetBitLength() > bits - 1 ? throw Unfit(word, $"int{bits}") : value;
    }

    /// <summary>Reads true or false.</summary>
    /// <exception cref="EthereumException">Neither 0 nor 1.</exception>
    public bool ReadBool() => ReadUInt64(1) == 1;

    /// <summary>Reads an address.</summary>
    /// <exception cref="EthereumException">Its first twelve bytes are not zero.</exception>
    public Address ReadAddress()
    {
        ReadOnlySpan<byte> word = ReadWord();
        return word[..12].ContainsAnyExcept((byte)0) ? throw Unfit(word, "address") : new Address(word[12..]);
    }

    /// <summary>Reads a <c>bytes32</c>.</summary>
    public Hash256 ReadHash() => new(ReadWord());

    /// <summary>Reads a <c>bytesN</c>.</summary>
    /// <param name="length">N.</param>
    /// <exception cref="EthereumException">What follows it in the word is not zero.</exception>
    public ReadOnlySpan<byte> ReadFixedBytes(int length)
    {
        ReadOnlySpan<byte> word = ReadWord();
        return word[length..].ContainsAnyExcept((byte)0) ? throw Unfit(word, $"bytes{length}") : word[..length];
    }

    /// <summary>Reads <c>bytes</c>, without a copy.</summary>
    /// <exception cref="EthereumException">Cut off, or padded with something else than zeros.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        ReadOnlySpan<byte> tail = ReadTail(1, out int length, out int padded);
        return tail[length..padded].ContainsAnyExcept((byte)0) ? throw new EthereumException("ABI bytes are padded with something else than zeros.") : tail[..length];
    }

    /// <summary>Reads a <c>string</c>.</summary>
    /// <exception cref="EthereumException">It is not UTF-8.</exception>
    public string ReadString()
    {
        ReadOnlySpan<byte> bytes = ReadBytes();
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (ArgumentException e)
        {
            throw new EthereumException("An ABI string is not UTF-8.", e);
        }
    }

    /// <summary>A reader of a tuple or an array of fixed length whose type has a dynamic part. Those without are read in place, with this reader.</summary>
    public AbiReader ReadDynamicTuple() => new(At(ReadOffset()), Budget());

    /// <summary>A reader of the elements of an array of any length.</summary>
    /// <param name="count">How many there are.</param>
    /// <exception cref="EthereumException">More than the bytes allow.</exception>
    // An element takes at least a word, except an empty tuple, which Solidity does not have.
    public AbiReader ReadArray(out int count) => new(ReadTail(Word, out count, out _), Budget());

    private ReadOnlySpan<byte> ReadWord()
    {
        if (_tuple.Length - _position < Word)
        {
            throw new EthereumException($"ABI data ends at byte {_tuple.Length}; expected a word at {_position}.");
        }

        ReadOnlySpan<byte> word = _tuple.Slice(_position, Word);
        _position += Word;
        return word;
    }

    private int ReadOffset()
    {
        ulong offset = ReadUInt64();
        return offset > (ulong)_tuple.Length ? throw new EthereumException($"ABI offset {offset} is beyond the {_tuple.Length} bytes that are there.") : (int)offset;
    }

    private readonly ReadOnlySpan<byte> At(int offset) => _tuple[offset..];

    private int[] Budget() => _budget ??= [_tuple.Length];

    /// <summary>What follows a length, and how many bytes of it that length stands for at the least, in whole words.</summary>
    private ReadOnlySpan<byte> ReadTail(int unit, out int count, out int padded)
    {
        var tail = new AbiReader(At(ReadOffset()));
        ulong claimed = tail.ReadUInt64();
        ReadOnlySpan<byte> rest = tail._tuple[Word..];
        long size = claimed > (ulong)rest.Length ? long.MaxValue : (((long)claimed * unit) + Word - 1) / Word * Word;
        if (size > rest.Length)
        {
            throw new EthereumException($"ABI length {claimed} in units of {unit} bytes, but {rest.Length} bytes are left.");
        }

        count = (int)claimed;
        padded = (int)size;
        ref int budget = ref Budget()[0];
        budget -= Word + padded;
        return budget < 0 ? throw new EthereumException("ABI offsets point at the same bytes more than once: the values would be larger than the data.") : rest;
    }

    private static EthereumException Unfit(ReadOnlySpan<byte> word, string type) => new($"ABI word {Hex.Encode(word)} is not a {type}.");
}
