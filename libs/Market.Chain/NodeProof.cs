using System.Diagnostics.CodeAnalysis;
using Market.Ethereum;
using Market.Ethereum.Keys;

namespace Market.Chain;

/// <summary>
/// A node key's word that it acts for one owner's stake. As text it can be carried from the machine that works to the wallet that
/// stakes; it is no secret, since the contract takes it from that owner alone.
/// </summary>
/// <param name="Node">The node key's address.</param>
/// <param name="Signature">Its signature (EIP-191) of the contract's <c>nodeKeyMessage</c> for the owner: r, s, v.</param>
public sealed record NodeProof(Address Node, Signature Signature)
{
    private const int SignatureBytes = 65;

    /// <summary>Signs for an owner.</summary>
    /// <exception cref="EthereumException">The chain does not answer.</exception>
    public static async Task<NodeProof> SignAsync(MarketContract contract, PrivateKey node, Address owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(node);
        return new NodeProof(node.Address, node.Sign(await HashAsync(contract, owner, cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeProof? proof)
    {
        var bytes = new byte[Address.Size + SignatureBytes];
        var reads = Hex.TryDecode(text, bytes) && bytes[^1] is 27 or 28;
        proof = reads ? new NodeProof(new Address(bytes.AsSpan(0, Address.Size)), Signature.FromBytes(bytes.AsSpan(Address.Size))) : null;
        return reads;
    }

    /// <summary>Whether the contract will take it from an owner.</summary>
    /// <exception cref="EthereumException">The chain does not answer.</exception>
    public async Task<bool> HoldsForAsync(MarketContract contract, Address owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return Signature.Recover(await HashAsync(contract, owner, cancellationToken).ConfigureAwait(false))?.Address == Node;
    }

    /// <summary>The address and the signature in hexadecimal.</summary>
    public override string ToString() => Hex.Encode([.. Node.ToArray(), .. Signature.ToArray()]);

    private static async Task<Hash256> HashAsync(MarketContract contract, Address owner, CancellationToken cancellationToken) =>
        PersonalMessage.Hash((await contract.NodeKeyMessageAsync(owner, cancellationToken).ConfigureAwait(false)).ToArray());
}
