using System.Numerics;
using System.Security.Cryptography;

namespace Market.Ethereum.Sending;

/// <summary>What a transaction shall do, whatever nonce and fee it gets.</summary>
public sealed record TransactionIntent
{
    /// <summary>Whom to call, or null to create a contract.</summary>
    public Address? To { get; init; }

    /// <summary>The call data, or the init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The value in wei.</summary>
    public BigInteger Value { get; init; }

    /// <summary>The gas limit, or null to estimate it.</summary>
    public ulong? GasLimit { get; init; }

    /// <summary>Tells intents apart: target, value and data, but not gas, which may be estimated anew.</summary>
    internal Hash256 Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(To is { } to ? [1, .. to.ToArray()] : [0]);
        var value = new byte[32];
        Value.ToByteArray(isUnsigned: true).CopyTo(value, 0);
        hash.AppendData(value);
        hash.AppendData(Data.Span);
        return new Hash256(hash.GetHashAndReset());
    }
}
