using System.Buffers.Binary;
using System.Text;

namespace Market.Benchmarks.Web;

/// <summary>Reads MessagePack, as far as a server's messages to a circuit need it.</summary>
internal ref struct PackReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>Takes one message off the beginning of what was received, or nothing while it is not whole.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> received, out ReadOnlySpan<byte> message)
    {
        message = default;
        var (length, shift) = (0, 0);
        for (var i = 0; i < received.Length && i < 5; i++, shift += 7)
        {
            length |= (received[i] & 0x7f) << shift;
            if ((received[i] & 0x80) == 0)
            {
                if (received.Length - i - 1 < length)
                {
                    return false;
                }

                message = received.Slice(i + 1, length);
                received = received[(i + 1 + length)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>How many values follow as one array.</summary>
    public int Array() => (int)Size(Byte(), 0x90, 0x0f, 0xdc, 0xdd);

    /// <summary>A whole number.</summary>
    public long Integer()
    {
        var code = Byte();
        return code switch
        {
            < 0x80 => code,
            >= 0xe0 => (sbyte)code,
            0xcc => Byte(),
            0xcd or 0xce or 0xcf => (long)Unsigned(1 << (code - 0xcc)),
            0xd0 => (sbyte)Byte(),
            0xd1 => (short)Unsigned(2),
            0xd2 => (int)Unsigned(4),
            0xd3 => (long)Unsigned(8),
            _ => throw Unexpected(code, "a number"),
        };
    }

    /// <summary>Text, or null.</summary>
    public string? Text()
    {
        var code = Byte();
        return code == 0xc0 ? null : Encoding.UTF8.GetString(Take(code == 0xd9 ? Byte() : Size(code, 0xa0, 0x1f, 0xda, 0xdb)));
    }

    /// <summary>Bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var code = Byte();
        return code is 0xc4 or 0xc5 or 0xc6 ? Take((long)Unsigned(1 << (code - 0xc4))) : throw Unexpected(code, "bytes");
    }

    /// <summary>Passes over a map of headers, which the server leaves empty.</summary>
    public void NoHeaders()
    {
        if (Byte() is var code && code != 0x80)
        {
            throw Unexpected(code, "an empty map");
        }
    }

    private long Size(byte code, byte small, byte mask, byte two, byte four) =>
        (code & ~mask) == small ? code & mask
        : code == two ? (long)Unsigned(2)
        : code == four ? (long)Unsigned(4)
        : throw Unexpected(code, "a size");

    private byte Byte() => Take(1)[0];

    private ulong Unsigned(int bytes)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Clear();
        Take(bytes).CopyTo(whole[(8 - bytes)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(whole);
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private static InvalidDataException Unexpected(byte code, string expected) => new($"The server sent 0x{code:x2}, expected {expected}.");
}
