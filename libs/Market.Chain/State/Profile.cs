using Market.Ethereum;

namespace Market.Chain.State;

/// <summary>Where peers find an account.</summary>
/// <param name="Digest">SHA-256 of the profile's body.</param>
/// <param name="Addresses">Multiaddrs, separated by commas, as somebody published them: unchecked text.</param>
public sealed record Profile(Hash256 Digest, string Addresses);
