using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Market.Libp2p.Connections;

/// <summary>The multiaddrs that this library can dial and listen on: an IP address or a DNS name, then TCP.</summary>
internal static class TcpAddress
{
    /// <summary>Whether the address is <c>/(ip4|ip6|dns|dns4|dns6)/x/tcp/n[/p2p/id]</c>.</summary>
    internal static bool CanDial(Multiaddr address) =>
        address.Parts is [{ Protocol: "ip4" or "ip6" or "dns" or "dns4" or "dns6" }, { Protocol: "tcp" }]
            or [{ Protocol: "ip4" or "ip6" or "dns" or "dns4" or "dns6" }, { Protocol: "tcp" }, { Protocol: "p2p" }];

    /// <summary>The endpoints that the address stands for; at most 8 of a name's.</summary>
    internal static async Task<IPEndPoint[]> ResolveAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        if (!CanDial(address))
        {
            throw new Libp2pException(Libp2pReason.NoAddress, $"'{address}' cannot be dialled; expected /ip4|ip6|dns|dns4|dns6/…/tcp/….");
        }

        var (host, port) = (address.Parts[0], int.Parse(address.Parts[1].Value, CultureInfo.InvariantCulture));
        if (host.Protocol is "ip4" or "ip6")
        {
            return [new IPEndPoint(IPAddress.Parse(host.Value), port)];
        }

        var family = host.Protocol switch
        {
            "dns4" => AddressFamily.InterNetwork,
            "dns6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        try
        {
            var found = await Dns.GetHostAddressesAsync(host.Value, family, cancellationToken).ConfigureAwait(false);
            return [.. found.Take(8).Select(ip => new IPEndPoint(ip, port))];
        }
        catch (SocketException e)
        {
            throw new Libp2pException(Libp2pReason.NoAddress, $"The name in '{address}' was not found: {e.Message}", e);
        }
    }

    /// <summary>Whether the address is of this machine or a private network, where strangers' words lead nowhere good.</summary>
    internal static bool IsPrivate(Multiaddr address) => address.Parts[0] is { Protocol: "ip4" or "ip6", Value: var ip } && IsPrivate(IPAddress.Parse(ip));

    /// <summary>As above.</summary>
    internal static bool IsPrivate(IPAddress ip)
    {
        var bytes = (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).GetAddressBytes();
        return bytes.Length == 4
            ? bytes is [0 or 10 or 127, ..] or [100, >= 64 and < 128, ..] or [169, 254, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [>= 224, ..]
            : IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.IPv6None) || bytes[0] is 0xfc or 0xfd or 0xfe or 0xff;
    }

    /// <summary>The addresses to tell others for an endpoint that is bound, one per interface if to all of them.</summary>
    internal static IEnumerable<Multiaddr> Expand(IPEndPoint bound)
    {
        if (!bound.Address.Equals(IPAddress.Any) && !bound.Address.Equals(IPAddress.IPv6Any))
        {
            return [Multiaddr.FromEndPoint(bound)];
        }

        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == bound.AddressFamily && !a.IsIPv6LinkLocal)
            .Select(a => Multiaddr.FromEndPoint(new IPEndPoint(a, bound.Port)))
            .ToArray();
    }
}
