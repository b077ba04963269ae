using Market.Ethereum.Fees;

namespace Market.Ethereum.Sending;

/// <summary>Patience and limits of a <see cref="TransactionSender"/>.</summary>
public sealed record SenderOptions
{
    /// <summary>How many blocks, its own included, a transaction must have before its receipt is given. Default 1.</summary>
    public ulong Confirmations { get; init; } = 1;

    /// <summary>How often to look for receipts. Default 1 second.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the next transaction in line may wait before it is replaced by one with a higher fee. Default 45 seconds.</summary>
    public TimeSpan ReplaceAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often one transaction is replaced; afterwards it is only broadcast again. Default 10.</summary>
    public int MaxReplacements { get; init; } = 10;

    /// <summary>What is added to the gas estimate, in percent. Default 20.</summary>
    public uint GasMarginPercent { get; init; } = 20;

    /// <summary>The largest gas limit that is signed. Default 2^24, the protocol's bound for one transaction (EIP-7825).</summary>
    public ulong MaxGasLimit { get; init; } = 1 << 24;

    /// <summary>How fees are found, and their ceiling.</summary>
    public FeeOptions Fees { get; init; } = new();

    /// <summary>Told of each failure after which the sender goes on trying.</summary>
    public Action<EthereumException>? OnTrouble { get; init; }
}
