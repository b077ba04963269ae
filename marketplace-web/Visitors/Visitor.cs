using System.Net;
using System.Net.Sockets;

namespace Market.Web.Visitors;

/// <summary>By what limits tell visitors apart: nobody here has an account.</summary>
internal static class Visitor
{
    private const int LineBytes = 8;

    /// <summary>Who asks.</summary>
    public static string Of(HttpContext http) => http.Connection.RemoteIpAddress is { } address ? Of(address) : "unknown";

    /// <summary>Whether a program on the server's own machine asks, and no proxy said for whom.</summary>
    public static bool IsHere(HttpContext http) => http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    /// <summary>An address of IPv4; of IPv6 the whole network of one line (/64), whose addresses are all one visitor's.</summary>
    public static string Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(LineBytes).Clear();
        return $"{new IPAddress(bytes)}/{8 * LineBytes}";
    }
}
