using System.Globalization;
using Market.Ethereum;
using Market.Ethereum.Rpc;

namespace Market.Web.Wallets;

/// <summary>What a person is about to do: reviewed, signed in the wallet, and followed until it is in a block.</summary>
/// <param name="account">Who does it: what is signed was made for this account and no other.</param>
/// <param name="title">What it is.</param>
/// <param name="risk">What leaves the wallet, and what can be lost.</param>
/// <param name="calls">What is sent, in order.</param>
/// <param name="message">What is signed, without a transaction, before the calls; null if nothing is.</param>
public sealed class WalletAct(Address account, string title, string risk, IReadOnlyList<WalletCall> calls, WalletMessage? message = null)
{
    /// <summary>How a transaction stands.</summary>
    public enum Stage
    {
        /// <summary>The person looks at it.</summary>
        Review,

        /// <summary>The wallet asks the person.</summary>
        Signing,

        /// <summary>It is signed, and who it is for is told.</summary>
        Telling,

        /// <summary>It is sent, and in no block yet.</summary>
        Sent,

        /// <summary>It is done.</summary>
        Done,

        /// <summary>It did not happen; <see cref="Trouble"/> says why.</summary>
        Failed,
    }

    public Address Account => account;

    public string Title => title;

    public string Risk => risk;

    public IReadOnlyList<WalletCall> Calls => calls;

    public WalletMessage? Message => message;

    public Stage Now { get; private set; } = Stage.Review;

    /// <summary>Which of the calls, from 0.</summary>
    public int Step { get; private set; }

    /// <summary>Whether the wallet does all calls as one.</summary>
    public bool Together { get; private set; }

    public Hash256? Sent { get; private set; }

    /// <summary>The place of what was sent last among its account's transactions, by which it is known whether another took it; null until the chain tells.</summary>
    internal ulong? Nonce { get; private set; }

    public string? Trouble { get; private set; }

    /// <summary>Whether the wallet can do it: it is on the account that this was made for, and on the market's chain.</summary>
    internal bool Suits(WalletSession wallet) => wallet.Account == account && wallet.OnMarketsChain;

    /// <summary>Does it all; tells of each change.</summary>
    internal async Task RunAsync(WalletSession wallet, MarketWatch watch, Action changed, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<WalletCall> all = message is not null && await SignAsync(message, wallet, changed, cancellationToken) is { } first ? [first, .. calls] : calls;
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
        catch (OperationCanceledException)
        {
            // Nobody looks any more; what was sent goes its way.
            return;
        }

        changed();
    }

    private async Task<WalletCall?> SignAsync(WalletMessage signed, WalletSession wallet, Action changed, CancellationToken cancellationToken)
    {
        Now = Stage.Signing;
        changed();
        var answer = await AskAsync(wallet, "eth_signTypedData_v4", account.ToString(), signed.Document);
        var signature = Hex.Decode(answer.Text() ?? throw new WalletRefusedException(T["The wallet gave no signature."]));
        Now = Stage.Telling;
        changed();
        return await signed.UseAsync(signature, cancellationToken);
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
            from = account.ToString(),
            chainId = wallet.ChainId,
            atomicRequired = true,
            calls = all.Select(call => new { to = call.To.ToString(), data = Hex.Encode(call.Data), value = "0x0" }),
        };
        var answer = await AskAsync(wallet, "wallet_sendCalls", asked);
        var id = answer.Read(json => json.GetProperty("id").GetString()) ?? throw new WalletRefusedException(T["The wallet gave no name for what it sent."]);
        Now = Stage.Sent;
        changed();
        var status = await watch.UntilAsync(
            async () =>
            {
                var told = await wallet.AskAsync("wallet_getCallsStatus", id);
                return told.Code != 0 ? Suits(wallet) ? throw new WalletRefusedException(told.Why) : null // it left, and may come back
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
        var contract = watch.Contract ?? throw new WalletRefusedException(T["The chain does not answer."]);
        await contract.TryAsync(account, call.To, call.Data, cancellationToken);
        (Now, Sent, Nonce) = (Stage.Signing, null, null);
        changed();
        var answer = await AskAsync(
            wallet, "eth_sendTransaction", new { from = account.ToString(), to = call.To.ToString(), data = Hex.Encode(call.Data), value = "0x0", chainId = wallet.ChainId });
        var hash = answer.Text() is { Length: 66 } text && Hash256.TryParse(text, out var found) ? found : throw new WalletRefusedException(T["The wallet gave no transaction."]);
        (Now, Sent) = (Stage.Sent, hash);
        changed();
        var receipt = await ReceiptAsync(watch, hash, changed, cancellationToken);
        if (!receipt.Succeeded)
        {
            // Asked once more, the contract says why.
            await contract.TryAsync(account, call.To, call.Data, cancellationToken);
            throw new WalletRefusedException(T["The transaction failed in block {0}; the chain does not say why.", receipt.BlockNumber]);
        }
    }

    /// <summary>Waits for the block, also while the chain does not answer: what was sent goes its way.</summary>
    /// <exception cref="WalletRefusedException">The owner sent another transaction in its place, which wallets offer to speed it up or to cancel it.</exception>
    private Task<TransactionReceipt> ReceiptAsync(MarketWatch watch, Hash256 hash, Action changed, CancellationToken cancellationToken) =>
        watch.UntilAsync(
            async () =>
            {
                if (watch.Contract?.Client is not { } chain)
                {
                    return null;
                }

                try
                {
                    if (Nonce is null && (Nonce = await chain.GetTransactionNonceAsync(hash, cancellationToken)) is not null)
                    {
                        changed();
                    }

                    var used = await chain.GetTransactionCountAsync(account, cancellationToken: cancellationToken);
                    return await chain.GetTransactionReceiptAsync(hash, cancellationToken)
                        ?? (used > Nonce ? throw new WalletRefusedException(T["Your wallet sent another transaction in place of this one. What became of it, your wallet shows."]) : null);
                }
                catch (EthereumException)
                {
                    return null;
                }
            },
            cancellationToken);

    private async Task<WalletAnswer> AskAsync(WalletSession wallet, string method, params object[] parameters)
    {
        if (!Suits(wallet))
        {
            throw new WalletRefusedException(T["Your wallet is no longer connected with {0} on this market's chain. What it confirmed before holds; nothing else was sent.", account]);
        }

        var answer = await wallet.AskAsync(method, parameters);
        return answer.Code == 0 ? answer : throw new WalletRefusedException(answer.Why);
    }
}
