using Market.Chain;
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
    private const ulong PermitSeconds = 3600;

    /// <summary>A call of the market's contract.</summary>
    internal static WalletCall OfMarket(MarketWatch watch, byte[] data, string says) => new(watch.Deployment.Market, data, says);

    /// <summary>A call by which the market takes an amount, after an allowance if there is none for it yet.</summary>
    internal static async Task<IReadOnlyList<WalletCall>> TakingAsync(MarketWatch watch, MarketContract contract, Address owner, Units amount, WalletCall call, CancellationToken cancellationToken) =>
        await contract.AllowanceOfAsync(owner, cancellationToken) < amount ? [Allow(watch, amount), call] : [call];

    /// <summary>What deposits an amount: a permit where the token takes one, else an allowance of exactly as much, and the deposit.</summary>
    internal static async Task<(IReadOnlyList<WalletCall> Calls, WalletMessage? Permit)> DepositAsync(MarketWatch watch, MarketContract contract, Address owner, Units amount, CancellationToken cancellationToken)
    {
        var permit = await TokenPermit.PrepareAsync(contract, owner, amount, watch.State!.Time + PermitSeconds, cancellationToken);
        return permit is not null ? ([], WalletMessage.Of(permit, watch.Deployment)) : ([Allow(watch, amount), OfMarket(watch, MarketCalls.Deposit(amount.Value), T["deposit {0} {0:token|tokens}", amount])], null);
    }

    private static WalletCall Allow(MarketWatch watch, Units amount) =>
        new(watch.Deployment.Token, MarketTokenCalls.Approve(watch.Deployment.Market, amount.Value * watch.Unit), T["allow the market to take {0} {0:token|tokens}", amount]);
}
