using Market.Chain.Contracts;
using Market.Jobs.Peers;
using Market.Protocol.Money;

namespace Market.Node.Requests;

/// <summary>An account's credit in the market, from which jobs and bonds are paid.</summary>
internal static class Credit
{
    /// <summary>Pays in what is missing to an amount.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="needed">The amount.</param>
    /// <param name="purpose">Names what it is for: paid in once, over restarts too.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Ethereum.EthereumException">The account has too few tokens.</exception>
    public static async Task FillAsync(PeerNode peer, Units needed, string purpose, CancellationToken cancellationToken)
    {
        var account = peer.Account;
        var credit = await account.Contract.CreditOfAsync(account.Address, cancellationToken).ConfigureAwait(false);
        if (credit >= needed)
        {
            return;
        }

        await account.AllowAsync(needed - credit, $"allow:{purpose}:{credit.Value}", cancellationToken).ConfigureAwait(false);
        await account.SendAsync($"deposit:{purpose}:{credit.Value}", MarketCalls.Deposit((needed - credit).Value), cancellationToken).ConfigureAwait(false);
    }
}
