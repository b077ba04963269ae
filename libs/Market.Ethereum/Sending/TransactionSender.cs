using System.Collections.Concurrent;
using Market.Ethereum.Fees;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Transactions;

namespace Market.Ethereum.Sending;

/// <summary>Sends transactions of one account, each intent exactly once.</summary>
/// <remarks>
/// <para>Safe for concurrent use: callers get consecutive nonces. Every intent has a key chosen by the caller; sending the same key again,
/// also after a crash, waits for the transaction that was already signed, or returns its receipt.</para>
/// <para>A transaction is in the journal before it leaves. From then on it is watched, whoever waits for it: broadcast again, and replaced under
/// the same nonce with a higher fee, until one version is in the chain. A cancelled caller only stops waiting.</para>
/// <para>No other program may send from the same account. If one does all the same, the intent whose nonce it took fails, and
/// may be sent again under its key.</para>
/// </remarks>
public sealed class TransactionSender : IAsyncDisposable
{
    private const int NonceAttempts = 5;

    private readonly EthereumClient _client;
    private readonly PrivateKey _key;
    private readonly SendJournal _journal;
    private readonly SenderOptions _options;
    private readonly FeeEstimator _fees;
    private readonly TransactionWatch _watch;
    private readonly SemaphoreSlim _lane = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _closed;
    private readonly ConcurrentDictionary<string, Task<TransactionReceipt>> _watched = new();
    private bool _resumed;

    /// <summary>Prepares a sender; the client, key and journal stay the caller's to dispose, after this.</summary>
    /// <exception cref="EthereumException">The journal is of another account than the key's.</exception>
    public TransactionSender(EthereumClient client, PrivateKey key, SendJournal journal, SenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(journal);
        if (journal.Sender != key.Address)
            throw new EthereumException($"The journal is of {journal.Sender}, expected {key.Address}.");
        _client = client;
        _key = key;
        _journal = journal;
        _options = options ?? new SenderOptions();
        _fees = new FeeEstimator(client, _options.Fees);
        _closed = _closing.Token;
        _watch = new TransactionWatch(client, key, journal, _fees, _options);
    }

    /// <summary>The account.</summary>
    public Address Address => _key.Address;

    /// <summary>Sends an intent, or goes on with it, and waits for its receipt.</summary>
    /// <param name="key">Names the intent over restarts, such as <c>commit:0x…:2</c>.</param>
    /// <param name="intent">What to do; the same for the same key.</param>
    /// <param name="cancellationToken">Stops waiting. What is signed is sent all the same.</param>
    /// <exception cref="TransactionRevertedException">The EVM reverts it.</exception>
    /// <exception cref="RpcException">The endpoint does not answer or refuses; nothing was sent.</exception>
    /// <exception cref="EthereumException">The key names another intent, the fee or gas exceeds its bound, or another program took the nonce.</exception>
    public async Task<TransactionReceipt> SendAsync(string key, TransactionIntent intent, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(intent);
        await ResumeAsync(cancellationToken).ConfigureAwait(false);
        var digest = intent.Digest();
        var watching = FindWatch(key, digest);
        if (watching is null)
        {
            var prepared = await PrepareAsync(intent, cancellationToken).ConfigureAwait(false);
            await _lane.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // Once signed it must leave or be released, so the caller's token ends here.
                watching = FindWatch(key, digest) ?? await SignAndSendAsync(key, digest, prepared).ConfigureAwait(false);
            }
            finally
            {
                _lane.Release();
            }
        }

        return await watching.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Broadcasts what an earlier process signed and did not see settled, and watches it; the first send does this too.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _resumed))
            return;
        await _lane.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_resumed)
                return;
            await _client.RequireChainAsync(_journal.ChainId, cancellationToken).ConfigureAwait(false);
            foreach (var send in _journal.Open())
            {
                await _watch.BroadcastAsync(send, cancellationToken).ConfigureAwait(false);
                _ = Watch(send);
            }

            Volatile.Write(ref _resumed, true);
        }
        finally
        {
            _lane.Release();
        }
    }

    /// <summary>Stops watching; what is signed stays in the journal for the next sender.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);

        // Whoever signs at this moment still uses the journal; whoever comes later meets the cancelled token.
        await _lane.WaitAsync().ConfigureAwait(false);
        _lane.Release();
        Task watches = Task.WhenAll(_watched.Values);
        await watches.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private Task<TransactionReceipt>? FindWatch(string key, Hash256 digest)
    {
        if (_journal.Find(key) is not { } send)
            return null;
        if (send.Intent != digest)
            throw new EthereumException($"Key '{key}' was used for another target, value or data, expected the same intent.");
        return send.Last.Event switch
        {
            JournalEvent.Signed => Watch(send),
            JournalEvent.Settled => _watch.SettledAsync(send, _closed),
            _ => null,
        };
    }

    // Starts a watch again if it ended, since only an error that was told ends one before the intent is settled.
    private Task<TransactionReceipt> Watch(JournaledSend send)
    {
        lock (_watched)
        {
            if (!_watched.TryGetValue(send.Key, out var watching) || watching.IsCompleted)
                _watched[send.Key] = watching = WatchAndForgetAsync(send);
            return watching;
        }
    }

    private async Task<TransactionReceipt> WatchAndForgetAsync(JournaledSend send)
    {
        try
        {
            return await _watch.UntilSettledAsync(send, _closed).ConfigureAwait(false);
        }
        finally
        {
            _watched.TryRemove(send.Key, out _);
        }
    }

    private async Task<Transaction> PrepareAsync(TransactionIntent intent, CancellationToken cancellationToken)
    {
        var gas = intent.GasLimit ?? await EstimateGasAsync(intent, cancellationToken).ConfigureAwait(false);
        if (gas > _options.MaxGasLimit)
            throw new EthereumException($"The transaction would need a gas limit of {gas}, expected at most {_options.MaxGasLimit}.");
        var offer = await _fees.EstimateAsync(cancellationToken).ConfigureAwait(false);
        return new Transaction
        {
            ChainId = _journal.ChainId,
            Nonce = 0,
            MaxFeePerGas = offer.MaxFeePerGas,
            MaxPriorityFeePerGas = offer.MaxPriorityFeePerGas,
            GasLimit = gas,
            To = intent.To,
            Value = intent.Value,
            Data = intent.Data,
        };
    }

    private async Task<ulong> EstimateGasAsync(TransactionIntent intent, CancellationToken cancellationToken)
    {
        var call = new CallRequest { From = Address, To = intent.To, Data = intent.Data, Value = intent.Value };
        try
        {
            var estimate = await _client.EstimateGasAsync(call, cancellationToken).ConfigureAwait(false);
            return (ulong)UInt128.Min((UInt128)estimate * (100 + _options.GasMarginPercent) / 100, ulong.MaxValue);
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.Revert)
        {
            throw new TransactionRevertedException($"Nothing was sent, since the transaction would revert: {e.Message}", e.RevertData, null, e);
        }
    }

    private async Task<Task<TransactionReceipt>> SignAndSendAsync(string key, Hash256 digest, Transaction prepared)
    {
        ulong least = 0;
        for (var attempt = 1; ; attempt++)
        {
            var nonce = await NextNonceAsync(key, least).ConfigureAwait(false);
            var signed = (prepared with { Nonce = nonce }).Sign(_key);
            var line = new JournalLine
            {
                Event = JournalEvent.Signed,
                Key = key,
                Intent = digest,
                Nonce = nonce,
                Hash = signed.Hash,
                Raw = signed.Raw.ToArray(),
            };
            var send = _journal.Append(line);
            var refusal = await _watch.BroadcastAsync(send, _closed).ConfigureAwait(false);
            var outcome = refusal is null ? BroadcastOutcome.Open : BroadcastOutcomes.Of(refusal);
            if (outcome is BroadcastOutcome.Open)
                return Watch(send);

            _journal.Append(line with { Event = JournalEvent.Released, Raw = null });
            if (outcome is BroadcastOutcome.Refused || attempt == NonceAttempts)
                throw refusal!;
            least = nonce + 1;
        }
    }

    private async Task<ulong> NextNonceAsync(string key, ulong least)
    {
        if (least == 0 && _journal.Find(key) is { } released && await ReusableAsync(released).ConfigureAwait(false))
            return released.Nonce;
        var pending = await _client.GetTransactionCountAsync(Address, BlockTag.Pending, _closed).ConfigureAwait(false);
        var open = _journal.Open();
        var afterOpen = open.Count == 0 ? 0 : open[^1].Nonce + 1;
        return Math.Max(Math.Max(pending, afterOpen), least);
    }

    // The endpoint said that it refused the released transaction; if it took it all the same, a second one under another nonce would
    // be a double send. The same nonce is safe, and so is another one once the chain shows that this nonce went to something else.
    private async Task<bool> ReusableAsync(JournaledSend released)
    {
        var used = await _client.GetTransactionCountAsync(Address, BlockTag.Latest, _closed).ConfigureAwait(false);
        var taken = _journal.Open().Any(send => send.Nonce == released.Nonce);
        if (used <= released.Nonce && !taken)
            return true;
        foreach (var version in released.Versions)
        {
            if (await _client.GetTransactionReceiptAsync(version.Hash, _closed).ConfigureAwait(false) is not null)
                throw new EthereumException($"Transaction {version.Hash} for key '{released.Key}' is in the chain although the endpoint had refused it.");
        }

        return used > released.Nonce
            ? false
            : throw new EthereumException($"Key '{released.Key}' can be sent again once the transaction that took its nonce {released.Nonce} is in the chain.");
    }
}
