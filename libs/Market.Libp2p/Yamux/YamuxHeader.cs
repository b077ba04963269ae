using System.Buffers.Binary;

namespace Market.Libp2p.Yamux;

/// <summary>What a frame is for.</summary>
internal enum YamuxType : byte
{
    Data = 0,
    WindowUpdate = 1,
    Ping = 2,
    GoAway = 3,
}

/// <summary>What a frame does to its stream.</summary>
[Flags]
internal enum YamuxFlags : ushort
{
    None = 0,
    Syn = 1,
    Ack = 2,
    Fin = 4,
    Rst = 8,
}

/// <summary>
/// The 12 bytes before every frame, big endian:
/// <code>| version 0 (1) | type (1) | flags (2) | stream (4) | length or credit or value (4) |</code>
/// </summary>
/// <remarks>https://github.com/libp2p/specs/blob/master/yamux/README.md</remarks>
internal readonly record struct YamuxHeader(YamuxType Type, YamuxFlags Flags, uint Stream, uint Length)
{
    internal const int Size = 12;

    internal static YamuxHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != 0 || bytes[1] > (byte)YamuxType.GoAway)
        {
            throw Libp2pException.Violation($"A yamux frame of version {bytes[0]} and type {bytes[1]}, expected version 0 and type 0 to 3.");
        }

        return new YamuxHeader(
            (YamuxType)bytes[1],
            (YamuxFlags)BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
    }

    internal void Write(Span<byte> bytes)
    {
        bytes[0] = 0;
        bytes[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Stream);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Length);
    }
}
