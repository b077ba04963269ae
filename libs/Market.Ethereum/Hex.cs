using System.Globalization;

namespace Market.Ethereum;

/// <summary>Hexadecimal text with the prefix <c>0x</c>, as JSON-RPC writes bytes (execution-apis, "hex encoding").</summary>
public static class Hex
{
    /// <summary>Writes bytes as <c>0x…</c> in lower case.</summary>
    /// <param name="bytes">Any bytes; none give <c>0x</c>.</param>
    public static string Encode(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>Reads <c>0x…</c> with an even number of digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many bytes it may hold.</param>
    /// <exception cref="EthereumException">It is not such text, or longer.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text, int most = int.MaxValue)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
        {
            throw new EthereumException($"'{Shortened(text)}' is not hexadecimal bytes; expected 0x and an even number of digits.");
        }

        if ((text.Length - 2) / 2 > most)
        {
            throw new EthereumException($"Hexadecimal text of {(text.Length - 2) / 2} bytes; expected at most {most}.");
        }

        try
        {
            return Convert.FromHexString(text[2..]);
        }
        catch (FormatException e)
        {
            throw new EthereumException($"'{Shortened(text)}' has a character that is not a hexadecimal digit.", e);
        }
    }

    /// <summary>Reads <c>0x…</c> that fills <paramref name="destination"/> exactly; false when it is anything else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Where the bytes go.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length != 2 + (2 * destination.Length) || !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        for (int i = 0; i < destination.Length; i++)
        {
            if (!byte.TryParse(text.Slice(2 + (2 * i), 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out destination[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The start of a text that may be long and hostile, for a message.</summary>
    internal static string Shortened(ReadOnlySpan<char> text) => text.Length <= 80 ? text.ToString() : string.Concat(text[..77], "…");
}
