using System.Numerics;
using Market.Ethereum.Rpc;

namespace Market.Ethereum.Fees;

/// <summary>Estimates what to offer per gas from recent blocks.</summary>
/// <remarks>
/// The rule: the tip is the median, over the recent blocks that were not empty, of each block's tip at the percentile, and at least the floor.
/// The fee is twice the next block's base fee plus the tip. The base fee rises by at most an eighth per block (EIP-1559),
/// so the offer stays good for six full blocks. What it exceeds the price is not paid.
/// </remarks>
public sealed class FeeEstimator(EthereumClient client, FeeOptions? options = null)
{
    private readonly FeeOptions _options = options ?? new FeeOptions();

    /// <summary>The offer to make now.</summary>
    /// <exception cref="RpcException">The endpoint gave no usable answer.</exception>
    /// <exception cref="EthereumException">The offer would be above <see cref="FeeOptions.Ceiling"/>.</exception>
    public async Task<FeeOffer> EstimateAsync(CancellationToken cancellationToken = default)
    {
        var history = await client.FeeHistoryAsync(_options.Blocks, [_options.Percentile], cancellationToken).ConfigureAwait(false);
        var tips = history.Reward
            .Where((reward, block) => history.GasUsedRatio[block] > 0 && reward.Count > 0)
            .Select(reward => reward[0]).Order().ToArray();
        var tip = tips.Length == 0 ? _options.LeastTip : BigInteger.Max(tips[tips.Length / 2], _options.LeastTip);
        var fee = (2 * history.BaseFeePerGas[^1]) + tip;
        return fee <= _options.Ceiling
            ? new FeeOffer(fee, tip)
            : throw new EthereumException($"Endpoint {client.Rpc.Name} suggests a fee of {fee} wei per gas, expected at most {_options.Ceiling}.");
    }
}
