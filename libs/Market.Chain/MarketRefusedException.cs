using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Rpc;

namespace Market.Chain;

/// <summary>The contract refused a call and said why.</summary>
public sealed class MarketRefusedException : EthereumException
{
    internal MarketRefusedException(MarketError? error, TransactionReceipt? receipt, Exception inner)
        : base(error is null ? inner.Message : $"The market refuses: {error}.", inner)
    {
        Error = error;
        Receipt = receipt;
    }

    /// <summary>The reason, with what was found and what was expected; null where the contract gave none.</summary>
    public MarketError? Error { get; }

    /// <summary>The receipt of the transaction that failed in a block; null if nothing was sent.</summary>
    public TransactionReceipt? Receipt { get; }
}
