using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Market.Libp2p;

/// <summary>How a <see cref="Node"/> is set up; checked when it starts.</summary>
/// <param name="Identity">The node's key. It stays the caller's to dispose, after the node.</param>
public sealed record NodeOptions(Identity Identity)
{
    /// <summary>Addresses to listen on, <c>/ip4|ip6/…/tcp/…</c>; port 0 takes a free one. Default none: the node only dials.</summary>
    public IReadOnlyList<Multiaddr> Listen { get; init; } = [];

    /// <summary>Addresses to tell peers instead of those listened on, for nodes behind a port forwarding. Default none.</summary>
    public IReadOnlyList<Multiaddr> Announce { get; init; } = [];

    /// <summary>Whether to dial addresses of this machine and of private networks, also where a name stands for one. Default yes; no where strangers tell the node whom to dial.</summary>
    public bool DialsPrivate { get; init; } = true;

    /// <summary>Peers to stay connected with, addresses ending in <c>/p2p/id</c>. Default none.</summary>
    public IReadOnlyList<Multiaddr> Bootstrap { get; init; } = [];

    /// <summary>What strangers may make the node spend.</summary>
    public ResourceLimits Limits { get; init; } = ResourceLimits.Default;

    /// <summary>The name that the node gives itself to peers. Default <c>market-libp2p</c>.</summary>
    public string Agent { get; init; } = "market-libp2p";

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the node writes its log. Default nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Identity);
        Limits.Validate();
        foreach (var address in Listen)
        {
            if (address.Parts is not [{ Protocol: "ip4" or "ip6" }, { Protocol: "tcp" }])
            {
                throw new ArgumentException($"Cannot listen on '{address}'; expected /ip4|ip6/…/tcp/….", nameof(Listen));
            }
        }

        foreach (var address in Bootstrap)
        {
            if (address.PeerId is null || !Connections.TcpAddress.CanDial(address))
            {
                throw new ArgumentException($"Cannot keep in touch with '{address}'; expected /ip4|ip6|dns…/…/tcp/…/p2p/….", nameof(Bootstrap));
            }
        }
    }
}
