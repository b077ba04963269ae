using System.Globalization;
using System.Numerics;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.TypedData;
using Market.Protocol.Money;

namespace Market.Chain;

/// <summary>A permission to take tokens that is signed instead of sent: ERC-2612.</summary>
/// <param name="Document">What is signed: typed data (EIP-712) as JSON.</param>
/// <param name="Amount">How much the market may take.</param>
/// <param name="Deadline">Until when the signature is good, in seconds since 1970.</param>
public sealed record TokenPermit(string Document, Units Amount, ulong Deadline)
{
    /// <summary>Prepares a permit; null where the token takes none, or one of another form.</summary>
    /// <param name="contract">The market that may take.</param>
    /// <param name="owner">Whose tokens.</param>
    /// <param name="amount">How much.</param>
    /// <param name="deadline">Until when, in seconds since 1970.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TokenPermit?> PrepareAsync(MarketContract contract, Address owner, Units amount, ulong deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        try
        {
            var name = MarketTokenCalls.ReadName((await contract.AskTokenAsync(MarketTokenCalls.Name(), cancellationToken).ConfigureAwait(false)).Span);
            var nonce = MarketTokenCalls.ReadNonces((await contract.AskTokenAsync(MarketTokenCalls.Nonces(owner), cancellationToken).ConfigureAwait(false)).Span);
            var domain = MarketTokenCalls.ReadDOMAIN_SEPARATOR((await contract.AskTokenAsync(MarketTokenCalls.DOMAIN_SEPARATOR(), cancellationToken).ConfigureAwait(false)).Span);
            var value = amount.Value * await contract.UnitAsync(cancellationToken).ConfigureAwait(false);
            var document = Write(contract.Deployment, name, owner, value, nonce, deadline);
            return TypedDataDocument.Parse(document).DomainSeparator == domain ? new TokenPermit(document, amount, deadline) : null;
        }
        catch (MarketRefusedException)
        {
            return null;
        }
    }

    /// <summary>The call that deposits by the permit.</summary>
    /// <param name="signature">65 bytes: r, s, v.</param>
    /// <exception cref="EthereumException">It is no signature.</exception>
    public byte[] DepositBy(ReadOnlySpan<byte> signature) => signature.Length == 65
        ? MarketCalls.DepositWithPermit(Amount.Value, Deadline, signature[64] < 27 ? (byte)(signature[64] + 27) : signature[64], new Hash256(signature[..32]), new Hash256(signature[32..64]))
        : throw new EthereumException($"A signature of {signature.Length} bytes, expected 65.");

    private static string Write(Deployment deployment, string name, Address owner, BigInteger value, BigInteger nonce, ulong deadline)
    {
        static string Number(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
        return TypedDataDocument.Write(
            new TypedDataDomain(name, "1", deployment.ChainId, deployment.Token),
            "Permit",
            new("address", "owner", owner.ToString()),
            new("address", "spender", deployment.Market.ToString()),
            new("uint256", "value", Number(value)),
            new("uint256", "nonce", Number(nonce)),
            new("uint256", "deadline", Number(deadline)));
    }
}
