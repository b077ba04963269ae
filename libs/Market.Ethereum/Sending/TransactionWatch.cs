using Market.Ethereum.Fees;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Transactions;

namespace Market.Ethereum.Sending;

/// <summary>Takes signed transactions to the chain: broadcasts, replaces, and waits for confirmations.</summary>
internal sealed class TransactionWatch(
    EthereumClient client, PrivateKey key, SendJournal journal, FeeEstimator fees, SenderOptions options)
{
    // How often the chain must show a used nonce and no receipt before the nonce counts as lost; the two questions may meet different blocks.
    private const int LooksBeforeLost = 5;

    private TimeProvider Time => client.Rpc.Time;

    /// <summary>Broadcasts the newest version; returns the endpoint's error, if any.</summary>
    public async Task<RpcException?> BroadcastAsync(JournaledSend send, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendRawTransactionAsync(send.Versions[^1].Raw, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    /// <summary>Waits until one version has its confirmations, and replaces what is stuck.</summary>
    public async Task<TransactionReceipt> UntilSettledAsync(JournaledSend send, CancellationToken cancellationToken)
    {
        long? nextInLineSince = null;
        var lost = 0;
        while (true)
        {
            try
            {
                var receipt = await FindReceiptAsync(send, cancellationToken).ConfigureAwait(false);
                if (receipt is not null)
                {
                    if (await IsConfirmedAsync(receipt, cancellationToken).ConfigureAwait(false))
                        return await SettleAsync(send, receipt, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    var used = await client.GetTransactionCountAsync(key.Address, BlockTag.Latest, cancellationToken).ConfigureAwait(false);
                    lost = used > send.Nonce ? lost + 1 : 0;
                    if (lost == LooksBeforeLost)
                        throw Lose(send);
                    nextInLineSince = used == send.Nonce ? nextInLineSince ?? Time.GetTimestamp() : null;
                    if (nextInLineSince is { } since && Time.GetElapsedTime(since) >= options.ReplaceAfter)
                    {
                        nextInLineSince = null;
                        await ReplaceAsync(send, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
            catch (RpcException e) when (e.IsTransient)
            {
                options.OnTrouble?.Invoke(e);
            }

            await Task.Delay(options.PollInterval, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The receipt of an intent that was settled before.</summary>
    public async Task<TransactionReceipt> SettledAsync(JournaledSend send, CancellationToken cancellationToken)
    {
        var receipt = await client.GetTransactionReceiptAsync(send.Last.Hash, cancellationToken).ConfigureAwait(false)
            ?? throw new EthereumException($"Transaction {send.Last.Hash} for key '{send.Key}' was settled, but the chain does not have it any more.");
        return await RequireSuccessAsync(send.Key, receipt, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TransactionReceipt?> FindReceiptAsync(JournaledSend send, CancellationToken cancellationToken)
    {
        // The newest version is the likeliest.
        foreach (var version in send.Versions.Reverse())
        {
            if (await client.GetTransactionReceiptAsync(version.Hash, cancellationToken).ConfigureAwait(false) is { } receipt)
                return receipt;
        }

        return null;
    }

    private async Task<bool> IsConfirmedAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        if (options.Confirmations <= 1)
            return true;
        var height = await client.BlockNumberAsync(cancellationToken).ConfigureAwait(false);
        return height >= receipt.BlockNumber && height - receipt.BlockNumber >= options.Confirmations - 1;
    }

    private Task<TransactionReceipt> SettleAsync(JournaledSend send, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var raw = send.Versions[^1].Raw;
        journal.Append(send.Last with { Event = JournalEvent.Settled, Hash = receipt.TransactionHash, Raw = null });
        return RequireSuccessAsync(send.Key, receipt, raw, cancellationToken);
    }

    private EthereumException Lose(JournaledSend send)
    {
        journal.Append(send.Last with { Event = JournalEvent.Released, Raw = null });
        return new EthereumException(
            $"Nonce {send.Nonce} of {key.Address} went to a transaction that the journal does not know, expected {send.Last.Hash}; "
            + $"send key '{send.Key}' again for another nonce.");
    }

    private async Task ReplaceAsync(JournaledSend send, CancellationToken cancellationToken)
    {
        try
        {
            if (send.Versions.Count <= options.MaxReplacements)
                await RaiseAsync(send, cancellationToken).ConfigureAwait(false);
        }
        catch (EthereumException e) when (e is not RpcException)
        {
            // The fee would be above its ceiling: the version that is out must do.
            options.OnTrouble?.Invoke(e);
        }

        if (await BroadcastAsync(send, cancellationToken).ConfigureAwait(false) is { } refusal)
            options.OnTrouble?.Invoke(refusal);
    }

    private async Task RaiseAsync(JournaledSend send, CancellationToken cancellationToken)
    {
        var estimate = await fees.EstimateAsync(cancellationToken).ConfigureAwait(false);
        var stuck = Transaction.Decode(send.Versions[^1].Raw).Transaction;
        var offer = new FeeOffer(stuck.MaxFeePerGas, stuck.MaxPriorityFeePerGas ?? stuck.MaxFeePerGas).RaisedTo(estimate);
        if (offer.MaxFeePerGas > options.Fees.Ceiling)
            throw new EthereumException($"Replacing {send.Last.Hash} would need a fee of {offer.MaxFeePerGas} wei per gas, expected at most {options.Fees.Ceiling}.");
        var raised = stuck with { MaxFeePerGas = offer.MaxFeePerGas, MaxPriorityFeePerGas = offer.MaxPriorityFeePerGas };
        var signed = raised.Sign(key);
        journal.Append(send.Last with { Hash = signed.Hash, Raw = signed.Raw.ToArray() });
    }

    private async Task<TransactionReceipt> RequireSuccessAsync(
        string intent, TransactionReceipt receipt, byte[]? raw, CancellationToken cancellationToken)
    {
        if (receipt.Succeeded)
            return receipt;
        var data = raw is null ? default : await RevertDataAsync(raw, receipt, cancellationToken).ConfigureAwait(false);
        throw new TransactionRevertedException(
            $"Transaction {receipt.TransactionHash} for key '{intent}' reverted in block {receipt.BlockNumber}.", data, receipt, null);
    }

    // Receipts hold no revert data, so the call is repeated on the state before its block; and if it passes there, something in the block
    // was before it, and it is repeated on the state that the block left.
    private async Task<ReadOnlyMemory<byte>> RevertDataAsync(byte[] raw, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var sent = Transaction.Decode(raw).Transaction;
        var call = new CallRequest { From = key.Address, To = sent.To, Data = sent.Data, Value = sent.Value, Gas = sent.GasLimit };
        try
        {
            await client.CallAsync(call, receipt.BlockNumber - 1, cancellationToken).ConfigureAwait(false);
            await client.CallAsync(call, receipt.BlockNumber, cancellationToken).ConfigureAwait(false);
            return default;
        }
        catch (RpcException e)
        {
            return e.RevertData;
        }
    }
}
