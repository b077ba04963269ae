using Market.Ethereum;

namespace Market.Node.Providers;

/// <summary>What a provider is bound to.</summary>
/// <param name="Class">The determinism class.</param>
/// <param name="Salt">The commitment's salt.</param>
/// <param name="Manifest">The bytes of the result manifest.</param>
public sealed record JournaledResult(Hash256 Class, Hash256 Salt, byte[] Manifest);
