using System.Numerics;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Protocol.Money;

namespace Market.Chain;

/// <summary>An account that acts on the market: sends each intent once, over restarts too.</summary>
public sealed class MarketAccount : IAsyncDisposable
{
    private readonly MarketContract _contract;
    private readonly PrivateKey _key;
    private readonly SendJournal _journal;
    private readonly TransactionSender _sender;

    private MarketAccount(MarketContract contract, PrivateKey key, SendJournal journal, SenderOptions? options)
    {
        _contract = contract;
        _key = key;
        _journal = journal;
        _sender = new TransactionSender(contract.Client, key, journal, options);
    }

    /// <summary>The account's address.</summary>
    public Address Address => _sender.Address;

    /// <summary>The contract it acts on.</summary>
    public MarketContract Contract => _contract;

    /// <summary>Opens the account's journal; the key stays the caller's to dispose, after this.</summary>
    /// <param name="contract">The market.</param>
    /// <param name="key">The account's key.</param>
    /// <param name="folder">Where its journal is, or will be.</param>
    /// <param name="options">How transactions are sent.</param>
    /// <exception cref="EthereumException">The journal is open elsewhere or damaged.</exception>
    public static MarketAccount Open(MarketContract contract, PrivateKey key, string folder, SenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(key);
        Directory.CreateDirectory(folder);
        var chain = contract.Deployment.ChainId;
        var path = Path.Combine(folder, $"transactions-{chain}-{contract.Deployment.Market}-{key.Address}.jsonl");
        return new MarketAccount(contract, key, SendJournal.Open(path, chain, key.Address), options);
    }

    /// <summary>Sends what an earlier process signed and did not see settled.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) => _sender.ResumeAsync(cancellationToken);

    /// <summary>Calls the market.</summary>
    /// <param name="key">Names the intent over restarts: the same key is never sent twice.</param>
    /// <param name="call">The call's data, from <see cref="MarketCalls"/>.</param>
    /// <param name="cancellationToken">Stops waiting; what is signed is sent all the same.</param>
    /// <exception cref="MarketRefusedException">The contract refuses, in the trial before or in a block.</exception>
    public Task<TransactionReceipt> SendAsync(string key, byte[] call, CancellationToken cancellationToken) =>
        SendAsync(key, _contract.Deployment.Market, call, cancellationToken);

    /// <summary>Lets the market take tokens, if it may not take so many already.</summary>
    /// <param name="amount">How much it will take.</param>
    /// <param name="key">Names the intent over restarts.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EthereumException">The account has too few tokens.</exception>
    public async Task AllowAsync(Units amount, string key, CancellationToken cancellationToken)
    {
        var held = await _contract.TokensOfAsync(Address, cancellationToken).ConfigureAwait(false);
        if (held < amount)
        {
            throw new EthereumException($"{Address} holds {held} tokens, expected at least {amount}.");
        }

        if (await _contract.AllowanceOfAsync(Address, cancellationToken).ConfigureAwait(false) < amount)
        {
            var unit = await _contract.UnitAsync(cancellationToken).ConfigureAwait(false);
            var call = MarketTokenCalls.Approve(_contract.Deployment.Market, new BigInteger(amount.Value) * unit);
            await SendAsync(key, _contract.Deployment.Token, call, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Signs a message as this account (EIP-191).</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => _key.Sign(PersonalMessage.Hash(message)).ToArray();

    /// <summary>Stops waiting; what is signed stays in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync().ConfigureAwait(false);
        _journal.Dispose();
    }

    private async Task<TransactionReceipt> SendAsync(string key, Address to, byte[] call, CancellationToken cancellationToken)
    {
        try
        {
            return await _sender.SendAsync(key, new TransactionIntent { To = to, Data = call }, cancellationToken).ConfigureAwait(false);
        }
        catch (TransactionRevertedException e)
        {
            throw new MarketRefusedException(MarketError.Decode(e.RevertData.Span), e.Receipt, e);
        }
    }
}
