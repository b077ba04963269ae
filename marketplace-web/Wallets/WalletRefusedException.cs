namespace Market.Web.Wallets;

/// <summary>A wallet, or its owner, did not do what was asked; the message says why.</summary>
internal sealed class WalletRefusedException(string message) : Exception(message);
