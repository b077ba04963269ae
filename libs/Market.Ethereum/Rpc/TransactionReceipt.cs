using System.Numerics;

namespace Market.Ethereum.Rpc;

/// <summary>What became of a transaction that is in a block.</summary>
public sealed record TransactionReceipt
{
    /// <summary>The transaction.</summary>
    public required Hash256 TransactionHash { get; init; }

    /// <summary>The height of its block.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>The hash of its block.</summary>
    public required Hash256 BlockHash { get; init; }

    /// <summary>Its place in the block, from 0.</summary>
    public required uint TransactionIndex { get; init; }

    /// <summary>Who signed it.</summary>
    public required Address From { get; init; }

    /// <summary>Whom it called, or null if it created a contract.</summary>
    public Address? To { get; init; }

    /// <summary>The contract that it created, or null.</summary>
    public Address? ContractAddress { get; init; }

    /// <summary>The gas that it used.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>What it paid per gas, in wei.</summary>
    public required BigInteger EffectiveGasPrice { get; init; }

    /// <summary>False if the EVM reverted; the fee was paid all the same.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>The events that it emitted, in order.</summary>
    public required IReadOnlyList<LogEntry> Logs { get; init; }

    internal static TransactionReceipt Read(RpcValue receipt) => new()
    {
        TransactionHash = receipt["transactionHash"].Hash(),
        BlockNumber = receipt["blockNumber"].UInt64(),
        BlockHash = receipt["blockHash"].Hash(),
        TransactionIndex = receipt["transactionIndex"].UInt32(),
        From = receipt["from"].Address(),
        To = receipt["to"] is { IsNull: false } to ? to.Address() : null,
        ContractAddress = receipt["contractAddress"] is { IsNull: false } created ? created.Address() : null,
        GasUsed = receipt["gasUsed"].UInt64(),
        EffectiveGasPrice = receipt["effectiveGasPrice"].UInt256(),
        Succeeded = receipt["status"].UInt64() switch
        {
            0 => false,
            1 => true,
            _ => throw receipt["status"].Malformed("0x0 or 0x1"),
        },
        Logs = receipt["logs"].List(LogEntry.Read),
    };
}
