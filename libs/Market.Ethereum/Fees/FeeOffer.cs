using System.Numerics;

namespace Market.Ethereum.Fees;

/// <summary>What a transaction offers per gas, in wei (EIP-1559).</summary>
/// <param name="MaxFeePerGas">The most that is paid, base fee and tip together.</param>
/// <param name="MaxPriorityFeePerGas">The tip.</param>
public readonly record struct FeeOffer(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas)
{
    /// <summary>An offer that replaces this one: at least an eighth more in both parts, where nodes ask for a tenth, and at least the current estimate.</summary>
    internal FeeOffer RaisedTo(FeeOffer estimate)
    {
        var tip = BigInteger.Max(AnEighthMore(MaxPriorityFeePerGas), estimate.MaxPriorityFeePerGas);
        var fee = BigInteger.Max(AnEighthMore(MaxFeePerGas), estimate.MaxFeePerGas);
        return new FeeOffer(BigInteger.Max(fee, tip), tip);
    }

    private static BigInteger AnEighthMore(BigInteger amount) => amount + ((amount + 7) / 8);
}
