using System.Globalization;
using Market.Chain;
using Market.Ethereum;

namespace Market.Web.Wallets;

/// <summary>What a person is about to do: reviewed, signed in the wallet, and followed until it is in a block.</summary>
public sealed class WalletAct(string title, string risk, IReadOnlyList<WalletCall> calls, TokenPermit? permit = null)
{
    /// <summary>How a transaction stands.</summary>
    public enum Stage
    {
        /// <summary>The person looks at it.</summary>
        Review,

        /// <summary>The wallet asks the person.</summary>
        Signing,

        /// <summary>It is sent, and in no block yet.</summary>
        Sent,

        /// <summary>It is done.</summary>
        Done,

        /// <summary>It did not happen; <see cref="Trouble"/> says why.</summary>
        Failed,
    }

    public string Title => title;

    /// <summary>What leaves the wallet, and what can be lost.</summary>
    public string Risk => risk;

    public IReadOnlyList<WalletCall> Calls => calls;

    /// <summary>What is signed, without a transaction, before the calls; null if nothing is.</summary>
    public TokenPermit? Permit => permit;

    public Stage Now { get; private set; } = Stage.Review;

    /// <summary>Which of the calls, from 0.</summary>
    public int Step { get; private set; }

    /// <summary>Whether the wallet does all calls as one.</summary>
    public bool Together { get; private set; }

    public Hash256? Sent { get; private set; }

    public string? Trouble { get; private set; }

    /// <summary>Does it all; tells of each change.</summary>
    internal async Task RunAsync(WalletSession wallet, MarketWatch watch, Action changed, CancellationToken cancellationToken)
    {
        try
        {
            var all = permit is null ? calls : [await SignPermitAsync(wallet, watch, changed), .. calls];
            Together = all.Count > 1 && await wallet.CanBatchAsync();
            if (Together)
            {
                await SendTogetherAsync(wallet, watch, all, changed, cancellationToken);
            }
            else
            {
                for (Step = 0; Step < all.Count; Step++)
                {
                    await SendAsync(wallet, watch, all[Step], changed, cancellationToken);
                }
            }

            Now = Stage.Done;
        }
        catch (Exception e) when (e is WalletRefusedException or EthereumException)
        {
            (Now, Trouble) = (Stage.Failed, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody looks any more; what was sent goes its way.
            return;
        }

        changed();
    }

    private async Task<WalletCall> SignPermitAsync(WalletSession wallet, MarketWatch watch, Action changed)
    {
        Now = Stage.Signing;
        changed();
        var answer = await wallet.AskAsync("eth_signTypedData_v4", wallet.Account!.ToString()!, permit!.Document);
        var signature = answer.Code == 0 ? answer.Text() : throw new WalletRefusedException(answer.Why);
        var call = permit.DepositBy(Hex.Decode(signature ?? throw new WalletRefusedException(T["The wallet gave no signature."])));
        return new WalletCall(watch.Deployment.Market, call, T["deposit {0} {0:token|tokens}", permit.Amount]);
    }

    /// <summary>One question to the owner, and all calls or none (EIP-5792).</summary>
    private async Task SendTogetherAsync(WalletSession wallet, MarketWatch watch, IReadOnlyList<WalletCall> all, Action changed, CancellationToken cancellationToken)
    {
        const int Pending = 200, Confirmed = 300;
        Now = Stage.Signing;
        changed();
        var asked = new
        {
            version = "2.0.0",
            from = wallet.Account.ToString(),
            chainId = wallet.ChainId,
            atomicRequired = true,
            calls = all.Select(call => new { to = call.To.ToString(), data = Hex.Encode(call.Data), value = "0x0" }),
        };
        var answer = await wallet.AskAsync("wallet_sendCalls", asked);
        var id = answer.Code != 0 ? throw new WalletRefusedException(answer.Why)
            : answer.Read(json => json.GetProperty("id").GetString()) ?? throw new WalletRefusedException(T["The wallet gave no name for what it sent."]);
        Now = Stage.Sent;
        changed();
        var status = await watch.UntilAsync(
            async () =>
            {
                var told = await wallet.AskAsync("wallet_getCallsStatus", id);
                return told.Code != 0 ? throw new WalletRefusedException(told.Why)
                    : told.Read(json => json.GetProperty("status").GetInt32() is var code and >= Pending ? code.ToString(CultureInfo.InvariantCulture) : null);
            },
            cancellationToken);
        if (int.Parse(status, CultureInfo.InvariantCulture) >= Confirmed)
        {
            throw new WalletRefusedException(T["None of it happened; the wallet says {0}.", status]);
        }
    }

    private async Task SendAsync(WalletSession wallet, MarketWatch watch, WalletCall call, Action changed, CancellationToken cancellationToken)
    {
        var (account, contract) = (wallet.Account ?? throw new WalletRefusedException(T["The wallet is gone."]), watch.Contract ?? throw new WalletRefusedException(T["The chain does not answer."]));
        await contract.TryAsync(account, call.To, call.Data, cancellationToken);
        (Now, Sent) = (Stage.Signing, null);
        changed();
        var answer = await wallet.AskAsync("eth_sendTransaction", new { from = account.ToString(), to = call.To.ToString(), data = Hex.Encode(call.Data), value = "0x0" });
        if (answer.Code != 0)
        {
            throw new WalletRefusedException(answer.Why);
        }

        var hash = answer.Text() is { Length: 66 } text && Hash256.TryParse(text, out var found) ? found : throw new WalletRefusedException(T["The wallet gave no transaction."]);
        (Now, Sent) = (Stage.Sent, hash);
        changed();
        var receipt = await watch.ReceiptAsync(hash, cancellationToken);
        if (!receipt.Succeeded)
        {
            // Asked once more, the contract says why.
            await contract.TryAsync(account, call.To, call.Data, cancellationToken);
            throw new WalletRefusedException(T["The transaction failed in block {0}; the chain does not say why.", receipt.BlockNumber]);
        }
    }
}
