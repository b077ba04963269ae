using Market.Ethereum.Keys;

namespace Market.Ethereum.Transactions;

/// <summary>A transaction that can be sent.</summary>
/// <param name="Transaction">What it says.</param>
/// <param name="Signature">The sender's signature.</param>
/// <param name="Sender">Who signed.</param>
/// <param name="Hash">Its id.</param>
/// <param name="Raw">What eth_sendRawTransaction takes (EIP-2718).</param>
public sealed record SignedTransaction(Transaction Transaction, Signature Signature, Address Sender, Hash256 Hash, ReadOnlyMemory<byte> Raw);
