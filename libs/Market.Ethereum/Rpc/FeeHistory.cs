using System.Numerics;

namespace Market.Ethereum.Rpc;

/// <summary>What recent blocks charged (<c>eth_feeHistory</c>).</summary>
public sealed record FeeHistory
{
    /// <summary>The height of the first block told about.</summary>
    public required ulong OldestBlock { get; init; }

    /// <summary>The base fee per gas in wei of each block, and, as the last item, of the block that comes next.</summary>
    public required IReadOnlyList<BigInteger> BaseFeePerGas { get; init; }

    /// <summary>How full each block was, from 0 to 1.</summary>
    public required IReadOnlyList<double> GasUsedRatio { get; init; }

    /// <summary>For each block, the tip per gas in wei at each asked percentile.</summary>
    public required IReadOnlyList<IReadOnlyList<BigInteger>> Reward { get; init; }

    internal static FeeHistory Read(RpcValue history)
    {
        var read = new FeeHistory
        {
            OldestBlock = history["oldestBlock"].UInt64(),
            BaseFeePerGas = history["baseFeePerGas"].List(fee => fee.UInt256()),
            GasUsedRatio = history["gasUsedRatio"].List(ratio => ratio.Ratio()),
            Reward = history["reward"] is { IsNull: false } reward ? reward.List(block => block.List(tip => tip.UInt256())) : [],
        };
        var blocks = read.GasUsedRatio.Count;
        var isWhole = read.BaseFeePerGas.Count == blocks + 1 && (read.Reward.Count == blocks || read.Reward.Count == 0);
        return isWhole ? read : throw history.Malformed("one base fee more than blocks, and as many rewards as blocks");
    }
}
