using Market.Ethereum;

namespace Market.Web.Wallets;

/// <summary>A transaction that a wallet is asked to sign.</summary>
/// <param name="To">Whom it calls.</param>
/// <param name="Data">The call.</param>
/// <param name="Says">What it does, for people.</param>
public sealed record WalletCall(Address To, byte[] Data, string Says);
