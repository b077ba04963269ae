using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Market.Ethereum;

/// <summary>Thirty-two bytes: a Keccak-256 hash, or any <c>bytes32</c> of a contract. Compares and prints as such; the default is all zeros.</summary>
[JsonConverter(typeof(HexValueConverter<Hash256>))]
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly struct Hash256 : IEquatable<Hash256>, IComparable<Hash256>, IHexValue<Hash256>
{
    private readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="EthereumException">Another number of bytes.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new EthereumException($"A hash of {bytes.Length} bytes; expected {Size}.");
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>How many bytes it has.</summary>
    public static int Size => 32;

    /// <summary>All zeros.</summary>
    public static Hash256 Zero => default;

    /// <inheritdoc/>
    public static Hash256 FromBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Reads <c>0x</c> and 64 hexadecimal digits.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="EthereumException">It is something else.</exception>
    public static Hash256 Parse(string text) => TryParse(text, out Hash256 hash) ? hash
        : throw new EthereumException($"'{Hex.Shortened(text)}' is not a 32-byte hash; expected 0x and 64 hexadecimal digits.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out Hash256 value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool read = text is not null && Hex.TryDecode(text, bytes);
        value = read ? new Hash256(bytes) : default;
        return read;
    }

    /// <summary>Whether two hashes are the same bytes.</summary>
    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);

    /// <summary>Whether two hashes differ.</summary>
    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);

    /// <summary>Whether one is smaller as a big-endian number.</summary>
    public static bool operator <(Hash256 left, Hash256 right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is larger as a big-endian number.</summary>
    public static bool operator >(Hash256 left, Hash256 right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is not larger as a big-endian number.</summary>
    public static bool operator <=(Hash256 left, Hash256 right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is not smaller as a big-endian number.</summary>
    public static bool operator >=(Hash256 left, Hash256 right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Compares as big-endian numbers.</summary>
    /// <param name="other">The other hash.</param>
    public int CompareTo(Hash256 other) => (_a, _b, _c, _d).CompareTo((other._a, other._b, other._c, other._d));

    /// <inheritdoc/>
    public bool Equals(Hash256 other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary><c>0x</c> and 64 digits in lower case.</summary>
    public override string ToString() => Hex.Encode(ToArray());
}
