using Market.Chain;
using Market.Ethereum.Keys;
using Market.Jobs;
using Market.Jobs.Peers;
using Market.Libp2p;

namespace Market.Web.Wallets;

/// <summary>What a wallet is asked to sign without sending it: typed data (EIP-712).</summary>
/// <param name="Document">What is signed, as JSON.</param>
/// <param name="Says">What the signature does, for people.</param>
/// <param name="ThenSends">What is sent with it first, for people; null if it is no transaction's.</param>
/// <param name="UseAsync">Uses the 65 bytes of the signature; gives what is sent with it, if anything is.</param>
public sealed record WalletMessage(string Document, string Says, string? ThenSends, Func<byte[], CancellationToken, Task<WalletCall?>> UseAsync)
{
    /// <summary>A permit, and the deposit by it.</summary>
    internal static WalletMessage Of(TokenPermit permit, Deployment deployment)
    {
        var deposits = T["deposit {0} {0:token|tokens}", permit.Amount];
        return new(
            permit.Document, T["Sign that the market may take {0} {0:token|tokens} (costs nothing)", permit.Amount], deposits,
            (signature, _) => Task.FromResult<WalletCall?>(new WalletCall(deployment.Market, permit.DepositBy(signature), deposits)));
    }

    /// <summary>A setting, which the owner's node is told.</summary>
    internal static WalletMessage Of(OwnerSetting setting, MarketWatch watch) => new(
        setting.Document(watch.Deployment), T["Sign that your node takes seats from {0} {0:token|tokens} on (costs nothing)", setting.LeastReward], null,
        async (signature, stop) =>
        {
            if (watch is not { Peer: { } own, State: { } state } || PeerAccounts.Find(own.Node, state, setting.Node) is not { } peer)
            {
                throw new WalletRefusedException(T["Your node is not to be found now. Nothing was set."]);
            }

            try
            {
                var refusal = await OwnerSettings.TellAsync(own.Node, peer, setting, Signature.FromBytes(signature), stop);
                return refusal is null ? null : throw new WalletRefusedException(T["Your node did not take it: {0}", refusal]);
            }
            catch (Exception e) when (e is Libp2pException or JobException)
            {
                throw new WalletRefusedException(T["Your node did not answer: {0}", e.Message]);
            }
        });
}
