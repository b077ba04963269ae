using System.Globalization;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.TypedData;
using Market.Protocol.Money;

namespace Market.Chain;

/// <summary>An owner's word for the least reward at which a node takes a seat: signed by the wallet that owns the stake (EIP-712), and told to the node. Nothing of it is on chain.</summary>
/// <param name="Node">The node key's address.</param>
/// <param name="LeastReward">The least reward for a seat.</param>
/// <param name="SignedAt">The chain's time when it was made, in seconds since 1970: the newest holds.</param>
public sealed record OwnerSetting(Address Node, Units LeastReward, ulong SignedAt)
{
    /// <summary>What is signed, as JSON for <c>eth_signTypedData_v4</c>.</summary>
    /// <param name="deployment">The market that it is for.</param>
    public string Document(Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return TypedDataDocument.Write(
            new TypedDataDomain("Market", "1", deployment.ChainId, deployment.Market),
            "LeastReward",
            new("address", "node", Node.ToString()),
            new("string", "leastReward", $"{LeastReward} tokens"),
            new("uint64", "signedAt", SignedAt.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Who signed it; null if the signature is none.</summary>
    /// <param name="deployment">The market that it is for.</param>
    /// <param name="signature">65 bytes: r, s, v.</param>
    public Address? SignerOf(Deployment deployment, Signature signature) => signature.Recover(TypedDataDocument.Parse(Document(deployment)).SigningHash())?.Address;
}
