using Market.Ethereum.Rpc;

namespace Market.Ethereum.Sending;

/// <summary>The EVM reverted a transaction: in the trial before it was sent, or in a block.</summary>
public sealed class TransactionRevertedException : EthereumException
{
    internal TransactionRevertedException(string message, ReadOnlyMemory<byte> revertData, TransactionReceipt? receipt, Exception? inner)
        : base(message, inner)
    {
        RevertData = revertData;
        Receipt = receipt;
    }

    /// <summary>The bytes given to REVERT: a 4-byte error selector and its ABI-encoded arguments. Empty if unknown.</summary>
    public ReadOnlyMemory<byte> RevertData { get; }

    /// <summary>The receipt of the transaction that is in a block and paid its fee, or null if nothing was sent.</summary>
    public TransactionReceipt? Receipt { get; }
}
