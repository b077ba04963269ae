using System.Globalization;

namespace Market.Ethereum.Abi;

/// <summary>A type of the ABI specification, version 2.</summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Size">Bits of an integer, bytes of <c>bytesN</c>, elements of <c>T[n]</c>; else 0.</param>
/// <param name="Element">An array's element type.</param>
/// <param name="Components">A tuple's members.</param>
public sealed record AbiType(AbiKind Kind, int Size = 0, AbiType? Element = null, IReadOnlyList<AbiParameter>? Components = null)
{
    private const int MostElements = 1 << 16;
    private const int LongestText = 256;

    /// <summary>Whether its encoding has a tail.</summary>
    public bool IsDynamic => Kind switch
    {
        AbiKind.Bytes or AbiKind.String or AbiKind.Array => true,
        AbiKind.FixedArray => Element!.IsDynamic,
        AbiKind.Tuple => Components!.Any(c => c.Type.IsDynamic),
        _ => false,
    };

    /// <summary>Reads a type as JSON ABIs name it.</summary>
    /// <param name="text">Such as <c>uint256</c>, <c>bytes32[]</c> or <c>tuple[2]</c>.</param>
    /// <param name="components">The members, where it is a tuple.</param>
    /// <exception cref="EthereumException">No such type.</exception>
    public static AbiType Parse(string text, IReadOnlyList<AbiParameter>? components = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
        {
            throw Unknown(text);
        }

        if (text.EndsWith(']') && text.LastIndexOf('[') is > 0 and int open)
        {
            AbiType element = Parse(text[..open], components);
            string count = text[(open + 1)..^1];
            return count.Length == 0 ? new AbiType(AbiKind.Array, 0, element)
                : new AbiType(AbiKind.FixedArray, Number(text, count, 1, MostElements), element);
        }

        return text switch
        {
            "bool" => new AbiType(AbiKind.Bool),
            "address" => new AbiType(AbiKind.Address),
            "bytes" => new AbiType(AbiKind.Bytes),
            "string" => new AbiType(AbiKind.String),
            "uint" or "int" => Parse(text + "256"),
            "function" => new AbiType(AbiKind.FixedBytes, 24),
            "tuple" when components is not null => new AbiType(AbiKind.Tuple, 0, null, components),
            _ when text.StartsWith("uint", StringComparison.Ordinal) => new AbiType(AbiKind.UInt, Bits(text, text[4..])),
            _ when text.StartsWith("int", StringComparison.Ordinal) => new AbiType(AbiKind.Int, Bits(text, text[3..])),
            _ when text.StartsWith("bytes", StringComparison.Ordinal) => new AbiType(AbiKind.FixedBytes, Number(text, text[5..], 1, 32)),
            _ => throw Unknown(text),
        };
    }

    /// <summary>The canonical name, from which selectors are hashed.</summary>
    public override string ToString() => Kind switch
    {
        AbiKind.UInt => $"uint{Size}",
        AbiKind.Int => $"int{Size}",
        AbiKind.FixedBytes => $"bytes{Size}",
        AbiKind.Array => $"{Element}[]",
        AbiKind.FixedArray => $"{Element}[{Size}]",
        AbiKind.Tuple => $"({string.Join(',', Components!.Select(c => c.Type))})",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private static int Bits(string text, string digits) =>
        Number(text, digits, 8, 256) is int bits && bits % 8 == 0 ? bits : throw Unknown(text);

    private static int Number(string text, string digits, int least, int most) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most && digits[0] != '0' ? number : throw Unknown(text);

    private static EthereumException Unknown(string text) => new($"'{Hex.Shortened(text)}' is not an ABI type.");
}
