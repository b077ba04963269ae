namespace Market.Ethereum.Transactions;

/// <summary>An account and storage slots that a transaction names in advance (EIP-2930).</summary>
/// <param name="Address">The account.</param>
/// <param name="StorageKeys">Its slots.</param>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Hash256> StorageKeys);
