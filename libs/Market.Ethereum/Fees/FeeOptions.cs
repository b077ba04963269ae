using System.Numerics;

namespace Market.Ethereum.Fees;

/// <summary>How <see cref="FeeEstimator"/> reads recent blocks. Amounts are wei per gas.</summary>
public sealed record FeeOptions
{
    /// <summary>How many recent blocks to look at. Default 10.</summary>
    public int Blocks { get; init; } = 10;

    /// <summary>Which tip of each block to look at, from 0 (lowest) to 100. Default 50.</summary>
    public double Percentile { get; init; } = 50;

    /// <summary>The least tip. Default 1,000,000 wei, the least that geth takes into its pool unless told otherwise.</summary>
    public BigInteger LeastTip { get; init; } = 1_000_000;

    /// <summary>The most that is ever offered per gas, since the endpoint that names the fees may lie. Default 500 gwei.</summary>
    public BigInteger Ceiling { get; init; } = 500_000_000_000;
}
