using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace Market.Libp2p.Wire;

/// <summary>One row of the multiaddr table: name, code, size of the value and how it reads as text.</summary>
/// <remarks>https://github.com/multiformats/multiaddr/blob/master/protocols.csv</remarks>
internal sealed record AddressProtocol(string Name, int Code, int Size, AddressProtocol.Form Text)
{
    private const int Variable = -1;
    private static readonly SearchValues<char> Ip6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>The rows that this library reads and prints; an address with any other code is refused.</summary>
    private static readonly AddressProtocol[] All =
    [
        new("ip4", 4, 4, Form.Ip4), new("tcp", 6, 2, Form.Port), new("ip6", 41, 16, Form.Ip6), new("ip6zone", 42, Variable, Form.Name),
        new("dns", 53, Variable, Form.Name), new("dns4", 54, Variable, Form.Name), new("dns6", 55, Variable, Form.Name),
        new("dnsaddr", 56, Variable, Form.Name), new("udp", 273, 2, Form.Port), new("p2p-circuit", 290, 0, Form.None),
        new("p2p", 421, Variable, Form.Peer), new("tls", 448, 0, Form.None), new("sni", 449, Variable, Form.Name),
        new("quic", 460, 0, Form.None), new("quic-v1", 461, 0, Form.None), new("ws", 477, 0, Form.None), new("wss", 478, 0, Form.None),
    ];

    internal enum Form
    {
        None,
        Ip4,
        Ip6,
        Port,
        Name,
        Peer,
    }

    internal bool HasVariableSize => Size == Variable;

    internal static AddressProtocol? ByCode(ulong code) => Array.Find(All, p => (ulong)p.Code == code);

    internal static AddressProtocol? ByName(ReadOnlySpan<char> name)
    {
        foreach (var protocol in All)
        {
            if (name.SequenceEqual(protocol.Name))
            {
                return protocol;
            }
        }

        return name is "ipfs" ? ByCode(421) : null;
    }

    /// <summary>The value's bytes, or null when the text is not a value of this protocol.</summary>
    internal byte[]? Parse(ReadOnlySpan<char> text)
    {
        switch (Text)
        {
            // IPAddress also accepts "1", "0x7f.1" and "[::1]:80"; none of them is a multiaddr value.
            case Form.Ip4:
                return IPAddress.TryParse(text, out var v4) && v4.AddressFamily == AddressFamily.InterNetwork && text.SequenceEqual(v4.ToString())
                    ? v4.GetAddressBytes() : null;
            case Form.Ip6:
                return text.ContainsAnyExcept(Ip6Characters) || !IPAddress.TryParse(text, out var v6) || v6.AddressFamily != AddressFamily.InterNetworkV6
                    ? null : v6.GetAddressBytes();
            case Form.Port:
                var bytes = new byte[2];
                var ok = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
                BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
                return ok ? bytes : null;
            case Form.Name:
                var name = new byte[Encoding.UTF8.GetByteCount(text)];
                Encoding.UTF8.GetBytes(text, name);
                return IsName(name) ? name : null;
            case Form.Peer:
                return PeerId.TryParse(text, null, out var id) ? id.Bytes.ToArray() : null;
            default:
                return [];
        }
    }

    /// <summary>The value's text, or null when the bytes are not a value of this protocol.</summary>
    internal string? Format(ReadOnlySpan<byte> value) => Text switch
    {
        Form.Ip4 or Form.Ip6 => new IPAddress(value).ToString(),
        Form.Port => BinaryPrimitives.ReadUInt16BigEndian(value).ToString(CultureInfo.InvariantCulture),
        Form.Name => IsName(value) ? Encoding.UTF8.GetString(value) : null,
        Form.Peer => PeerId.TryFromBytes(value, out var id) ? id.ToString() : null,
        _ => string.Empty,
    };

    // A slash would make the text read back as another address, control characters would reach terminals and logs.
    private static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 255 && !name.ContainsAnyInRange((byte)0, (byte)0x20) && !name.ContainsAny((byte)'/', (byte)0x7f) && Utf8.IsValid(name);
}
