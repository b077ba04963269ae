using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Protocol.Money;

namespace Market.Web.Wallets;

/// <summary>A transaction that a wallet is asked to sign.</summary>
/// <param name="To">Whom it calls.</param>
/// <param name="Data">The call.</param>
/// <param name="Says">What it does, for people.</param>
public sealed record WalletCall(Address To, byte[] Data, string Says)
{
    /// <summary>A call of the market's contract.</summary>
    internal static WalletCall OfMarket(MarketWatch watch, byte[] data, string says) => new(watch.Deployment.Market, data, says);

    /// <summary>An allowance of exactly an amount, for the market.</summary>
    internal static WalletCall Allow(MarketWatch watch, Units amount) =>
        new(watch.Deployment.Token, MarketTokenCalls.Approve(watch.Deployment.Market, amount.Value * watch.Unit), $"allow the market to take {amount} tokens");
}
