using System.Net;

namespace Market.Web.Visitors;

/// <summary>Whom the server believes about its visitors, how many it takes, and how long it keeps their pages.</summary>
internal sealed record VisitorOptions
{
    /// <summary>The proxies whose word about a visitor's address and scheme is taken; of nobody else it is.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>The most pages that are live at once.</summary>
    public int LivePages { get; init; } = 2000;

    /// <summary>How long a live page is kept as it is when its line breaks.</summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Reads a proxy's address, or a network of proxies.</summary>
    /// <returns>Null if it is neither.</returns>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : null;
}
