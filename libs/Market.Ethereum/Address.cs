using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Serialization;

namespace Market.Ethereum;

/// <summary>An account's or a contract's address: 20 bytes, printed with the checksum of EIP-55; the default is all zeros.</summary>
[JsonConverter(typeof(HexValueConverter<Address>))]
public readonly struct Address : IEquatable<Address>, IComparable<Address>, IHexValue<Address>
{
    private readonly ulong _a, _b;
    private readonly uint _c;

    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="EthereumException">Another number of bytes.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new EthereumException($"An address of {bytes.Length} bytes; expected {Size}.");
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>How many bytes it has.</summary>
    public static int Size => 20;

    /// <summary>All zeros, which nobody owns.</summary>
    public static Address Zero => default;

    /// <inheritdoc/>
    public static Address FromBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Reads <c>0x</c> and 40 hexadecimal digits; where upper and lower case are mixed they must be EIP-55's checksum.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="EthereumException">It is something else, or the checksum is wrong.</exception>
    public static Address Parse(string text)
    {
        if (TryParse(text, out Address address))
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[Size];
        throw new EthereumException(Hex.TryDecode(text, bytes)
            ? $"Address '{text}' has a wrong checksum (EIP-55); expected '{new Address(bytes)}' if the digits are right."
            : $"'{Hex.Shortened(text)}' is not an address; expected 0x and 40 hexadecimal digits.");
    }

    /// <inheritdoc/>
    public static bool TryParse(string? text, out Address value)
    {
        value = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text is null || !Hex.TryDecode(text, bytes))
        {
            return false;
        }

        var read = new Address(bytes);
        ReadOnlySpan<char> digits = text.AsSpan(2);
        bool mixed = digits.IndexOfAnyInRange('a', 'f') >= 0 && digits.IndexOfAnyInRange('A', 'F') >= 0;
        if (mixed && !digits.SequenceEqual(read.ToString().AsSpan(2)))
        {
            return false;
        }

        value = read;
        return true;
    }

    /// <summary>Whether two addresses are the same.</summary>
    public static bool operator ==(Address left, Address right) => left.Equals(right);

    /// <summary>Whether two addresses differ.</summary>
    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    /// <summary>Whether one is smaller as a number.</summary>
    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is larger as a number.</summary>
    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is not larger as a number.</summary>
    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is not smaller as a number.</summary>
    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _c);
    }

    /// <summary>The 20 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Compares as big-endian numbers.</summary>
    /// <param name="other">The other address.</param>
    public int CompareTo(Address other) => (_a, _b, _c).CompareTo((other._a, other._b, other._c));

    /// <inheritdoc/>
    public bool Equals(Address other) => _a == other._a && _b == other._b && _c == other._c;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Address other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c);

    /// <summary><c>0x</c> and 40 digits, upper or lower case by the checksum of EIP-55.</summary>
    public override string ToString()
    {
        Span<char> digits = stackalloc char[2 * Size];
        Convert.TryToHexStringLower(ToArray(), digits, out _);
        Span<byte> ascii = stackalloc byte[2 * Size];
        Encoding.ASCII.GetBytes(digits, ascii);
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak256.Hash(ascii).CopyTo(hash);
        for (int i = 0; i < digits.Length; i++)
        {
            int nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
            digits[i] = nibble >= 8 ? char.ToUpperInvariant(digits[i]) : digits[i];
        }

        return $"0x{digits}";
    }
}
