using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Market.Libp2p.Wire;

namespace Market.Libp2p;

/// <summary>A self-describing network address, such as <c>/ip4/1.2.3.4/tcp/4001/p2p/16Uiu2…</c>. Immutable; equal by value.</summary>
/// <remarks>https://github.com/multiformats/multiaddr. At most 1024 bytes and 32 components are accepted.</remarks>
public sealed class Multiaddr : IEquatable<Multiaddr>, ISpanParsable<Multiaddr>
{
    private const int LongestBytes = 1024;
    private const int LongestText = 2048;
    private const int MostParts = 32;

    private readonly byte[] _bytes;
    private readonly MultiaddrPart[] _parts;

    private Multiaddr(byte[] bytes, MultiaddrPart[] parts) => (_bytes, _parts) = (bytes, parts);

    /// <summary>The binary form.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The components in order.</summary>
    public IReadOnlyList<MultiaddrPart> Parts => _parts;

    /// <summary>The peer that the last <c>/p2p</c> component names, or null.</summary>
    public PeerId? PeerId => Array.FindLast(_parts, p => p.Protocol == "p2p") is { Value: { } id } ? PeerId.Parse(id) : null;

    /// <summary>Makes <c>/ip4|ip6/…/tcp/…</c> from an endpoint; a scope id is left out, an IPv4-mapped address becomes IPv4.</summary>
    public static Multiaddr FromEndPoint(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var ip = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        var port = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        return ip.AddressFamily == AddressFamily.InterNetwork
            ? Parse($"/ip4/{ip}/tcp/{port}") : Parse($"/ip6/{new IPAddress(ip.GetAddressBytes())}/tcp/{port}");
    }

    /// <summary>Reads the binary form.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: cut short, too long, or with an unknown component.</exception>
    public static Multiaddr FromBytes(ReadOnlySpan<byte> bytes) => TryFromBytes(bytes, out var address)
        ? address : throw Libp2pException.Malformed($"{bytes.Length} bytes are not a multiaddr of known components.");

    /// <summary>Reads the binary form; false where <see cref="FromBytes"/> would throw.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        if (bytes.Length is 0 or > LongestBytes)
        {
            return false;
        }

        var parts = new List<MultiaddrPart>();
        for (var rest = bytes; !rest.IsEmpty;)
        {
            if (parts.Count == MostParts || !TryTakePart(ref rest, out var part))
            {
                return false;
            }

            parts.Add(part);
        }

        address = new Multiaddr(bytes.ToArray(), [.. parts]);
        return true;
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.Malformed"/>: not a multiaddr; the message names the component.</exception>
    public static Multiaddr Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan(), null);
    }

    /// <inheritdoc/>
    public static Multiaddr Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static Multiaddr Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        Read(s, out var found) ?? throw Libp2pException.Malformed($"'{(s.Length > 200 ? $"{s[..200]}…" : s)}' is not a multiaddr: {found}.");

    /// <summary>Reads the text form; false where <see cref="Parse(string)"/> would throw.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Multiaddr? address) =>
        TryParse(text.AsSpan(), null, out address);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Multiaddr result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out Multiaddr result)
    {
        result = Read(s, out _);
        return result is not null;
    }

    /// <summary>This address ending in <c>/p2p/<paramref name="peer"/></c>, in place of any id that it ended in.</summary>
    public Multiaddr WithPeer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return Parse($"{(_parts[^1].Protocol == "p2p" ? Text(_parts.AsSpan(0, _parts.Length - 1)) : ToString())}/p2p/{peer}");
    }

    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The text form.</summary>
    public override string ToString() => Text(_parts);

    private static string Text(ReadOnlySpan<MultiaddrPart> parts)
    {
        var text = new System.Text.StringBuilder();
        foreach (var part in parts)
        {
            text.Append('/').Append(part.Protocol);
            if (part.Value.Length > 0)
            {
                text.Append('/').Append(part.Value);
            }
        }

        return text.ToString();
    }

    private static bool TryTakePart(ref ReadOnlySpan<byte> rest, out MultiaddrPart part)
    {
        part = default;
        var n = Varint.Read(rest, out var code);
        if (n <= 0 || AddressProtocol.ByCode(code) is not { } protocol)
        {
            return false;
        }

        rest = rest[n..];
        var size = protocol.Size;
        if (protocol.HasVariableSize)
        {
            n = Varint.Read(rest, out var length);
            if (n <= 0 || length > LongestBytes)
            {
                return false;
            }

            rest = rest[n..];
            size = (int)length;
        }

        if (rest.Length < size || protocol.Format(rest[..size]) is not { } value)
        {
            return false;
        }

        part = new MultiaddrPart(protocol.Name, value);
        rest = rest[size..];
        return true;
    }

    private static Multiaddr? Read(ReadOnlySpan<char> text, out string found)
    {
        found = $"{text.Length} characters, expected 1 to {LongestText} starting with '/'";
        if (text.IsEmpty || text.Length > LongestText || text[0] != '/')
        {
            return null;
        }

        var bytes = new List<byte>();
        for (var rest = text[1..]; !rest.IsEmpty;)
        {
            var name = Take(ref rest);
            if (AddressProtocol.ByName(name) is not { } protocol)
            {
                found = $"unknown component '{name}'";
                return null;
            }

            var value = protocol.Size == 0 ? default : Take(ref rest);
            if (protocol.Parse(value) is not { } encoded)
            {
                found = $"'{value}' is no value for '{name}'";
                return null;
            }

            AppendVarint(bytes, (ulong)protocol.Code);
            if (protocol.HasVariableSize)
            {
                AppendVarint(bytes, (ulong)encoded.Length);
            }

            bytes.AddRange(encoded);
        }

        found = "too many components";
        return TryFromBytes(bytes.ToArray(), out var address) ? address : null;
    }

    private static void AppendVarint(List<byte> bytes, ulong value)
    {
        Span<byte> varint = stackalloc byte[Varint.MaxLength];
        bytes.AddRange(varint[..Varint.Write(varint, value)]);
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        var word = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? default : rest[(slash + 1)..];
        return word;
    }
}
