using System.Globalization;
using System.Text;
using Market.Ethereum.Abi;

namespace Market.Ethereum.TypedData;

/// <summary>What binds a structured message to one application, chain and contract: EIP-712's domain. Members that are null are left out of its type.</summary>
/// <param name="Name">The application's name.</param>
/// <param name="Version">The version of its messages.</param>
/// <param name="ChainId">The chain (EIP-155).</param>
/// <param name="VerifyingContract">The contract that checks the signature.</param>
/// <param name="Salt">Tells apart what the others cannot.</param>
public sealed record TypedDataDomain(string? Name = null, string? Version = null, ulong? ChainId = null, Address? VerifyingContract = null, Hash256? Salt = null)
{
    /// <summary>The domain's struct hash, as a contract's <c>DOMAIN_SEPARATOR</c>.</summary>
    public Hash256 Separator()
    {
        AbiWriter values = new();
        if (Name is not null)
        {
            values.WriteHash(HashText(Name));
        }

        if (Version is not null)
        {
            values.WriteHash(HashText(Version));
        }

        if (ChainId is { } chain)
        {
            values.WriteUInt(chain);
        }

        if (VerifyingContract is { } contract)
        {
            values.WriteAddress(contract);
        }

        if (Salt is { } salt)
        {
            values.WriteHash(salt);
        }

        return HashStruct($"EIP712Domain({string.Join(',', Members().Select(m => $"{m.Type} {m.Name}"))})", values);
    }

    /// <summary>The hash that is signed for a message in this domain.</summary>
    /// <param name="structHash">What <see cref="HashStruct"/> gave for the message.</param>
    public Hash256 SigningHash(Hash256 structHash) => SigningHash(Separator(), structHash);

    /// <summary>A struct's hash.</summary>
    /// <param name="encodedType">EIP-712's encodeType: the type and its members, then the types that it refers to, sorted.</param>
    /// <param name="members">The members, each one word: dynamic values by the hash of their bytes, structs by their struct hash.</param>
    public static Hash256 HashStruct(string encodedType, AbiWriter members)
    {
        ArgumentNullException.ThrowIfNull(members);
        return Keccak256.Hash(members.ToArray(HashText(encodedType).ToArray()));
    }

    internal IEnumerable<TypedDataMember> Members()
    {
        static TypedDataMember? Member(string type, string name, object? value) => value is null ? null : new(type, name, string.Create(CultureInfo.InvariantCulture, $"{value}"));
        TypedDataMember?[] all =
        [
            Member("string", "name", Name), Member("string", "version", Version), Member("uint256", "chainId", ChainId), Member("address", "verifyingContract", VerifyingContract),
            Member("bytes32", "salt", Salt),
        ];
        return all.OfType<TypedDataMember>();
    }

    internal static Hash256 SigningHash(Hash256 separator, Hash256 structHash) =>
        Keccak256.Hash([0x19, 0x01, .. separator.ToArray(), .. structHash.ToArray()]);

    internal static Hash256 HashText(string text) => Keccak256.Hash(Encoding.UTF8.GetBytes(text));
}
