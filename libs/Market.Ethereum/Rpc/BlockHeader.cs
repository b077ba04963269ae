using System.Numerics;

namespace Market.Ethereum.Rpc;

/// <summary>The parts of a block's header that clients need.</summary>
public sealed record BlockHeader
{
    /// <summary>The block's height.</summary>
    public required ulong Number { get; init; }

    /// <summary>The block's hash, as the endpoint claims it.</summary>
    public required Hash256 Hash { get; init; }

    /// <summary>The hash of the block before.</summary>
    public required Hash256 ParentHash { get; init; }

    /// <summary>When the block was made, in seconds since 1970-01-01 UTC.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>The most gas that the block's transactions may use together.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>The gas that they used.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>The base fee per gas in wei (EIP-1559), or null on a chain without one.</summary>
    public BigInteger? BaseFeePerGas { get; init; }

    internal static BlockHeader Read(RpcValue block) => new()
    {
        Number = block["number"].UInt64(),
        Hash = block["hash"].Hash(),
        ParentHash = block["parentHash"].Hash(),
        Timestamp = block["timestamp"].UInt64(),
        GasLimit = block["gasLimit"].UInt64(),
        GasUsed = block["gasUsed"].UInt64(),
        BaseFeePerGas = block["baseFeePerGas"] is { IsNull: false } fee ? fee.UInt256() : null,
    };
}
