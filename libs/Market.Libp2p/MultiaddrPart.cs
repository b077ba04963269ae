namespace Market.Libp2p;

/// <summary>One component of a <see cref="Multiaddr"/>.</summary>
/// <param name="Protocol">The protocol's name, such as <c>ip4</c>.</param>
/// <param name="Value">The value's text; empty for protocols that carry none.</param>
public readonly record struct MultiaddrPart(string Protocol, string Value);
