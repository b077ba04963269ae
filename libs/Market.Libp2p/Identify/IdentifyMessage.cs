using Market.Libp2p.Connections;
using Market.Libp2p.Wire;

namespace Market.Libp2p.Identify;

/// <summary>What a peer says about itself; null or empty fields were not said.</summary>
/// <remarks>https://github.com/libp2p/specs/blob/master/identify/README.md</remarks>
internal sealed record IdentifyMessage(PublicKey? Key, Multiaddr[] Listen, string[] Protocols, Multiaddr? Observed, string? ProtocolVersion, string? Agent)
{
    internal const string Protocol = "/ipfs/id/1.0.0";
    internal const string PushProtocol = "/ipfs/id/push/1.0.0";
    internal const int Longest = 8 << 10;
    internal const int MostProtocols = 128;
    private const int LongestName = 256;

    internal byte[] Encode()
    {
        var writer = new ProtoWriter();
        if (Key is not null)
        {
            writer.Bytes(1, Key.Encode());
        }

        foreach (var address in Listen)
        {
            writer.Bytes(2, address.Bytes);
        }

        foreach (var protocol in Protocols)
        {
            writer.Text(3, protocol);
        }

        if (Observed is not null)
        {
            writer.Bytes(4, Observed.Bytes);
        }

        return writer.Text(5, ProtocolVersion ?? string.Empty).Text(6, Agent ?? string.Empty).Written.ToArray();
    }

    /// <summary>Reads a message; addresses of unknown kinds, and what exceeds the bounds, are left out.</summary>
    internal static IdentifyMessage Decode(ReadOnlySpan<byte> bytes)
    {
        PublicKey? key = null;
        Multiaddr? observed = null;
        string? version = null, agent = null;
        var listen = new List<Multiaddr>();
        var protocols = new List<string>();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    key = PublicKey.Decode(reader.Bytes);
                    break;
                case 2 when Multiaddr.TryFromBytes(reader.Bytes, out var address) && listen.Count < AddressBook.MostAddresses:
                    listen.Add(address);
                    break;
                case 3 when reader.Bytes.Length <= LongestName && protocols.Count < MostProtocols:
                    protocols.Add(reader.Text);
                    break;
                case 4 when Multiaddr.TryFromBytes(reader.Bytes, out var seen):
                    observed = seen;
                    break;
                case 5 when reader.Bytes.Length <= LongestName:
                    version = reader.Text;
                    break;
                case 6 when reader.Bytes.Length <= LongestName:
                    agent = reader.Text;
                    break;
            }
        }

        return new IdentifyMessage(key, [.. listen], [.. protocols], observed, version, agent);
    }

    /// <summary>This message with what <paramref name="change"/> says in place of what was said before.</summary>
    internal IdentifyMessage Merge(IdentifyMessage change) => new(
        change.Key ?? Key,
        change.Listen.Length > 0 ? change.Listen : Listen,
        change.Protocols.Length > 0 ? change.Protocols : Protocols,
        change.Observed ?? Observed,
        change.ProtocolVersion ?? ProtocolVersion,
        change.Agent ?? Agent);
}
