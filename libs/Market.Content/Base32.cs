namespace Market.Content;

/// <summary>RFC 4648 base32 in lower case without padding; reads only what it would write.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length * 8 + 4) / 5];
        for (var i = 0; i < text.Length; i++)
        {
            var (at, shift) = Math.DivRem(i * 5, 8);
            var window = bytes[at] << 8 | (at + 1 < bytes.Length ? bytes[at + 1] : 0);
            text[i] = Alphabet[window >> (11 - shift) & 31];
        }

        return new string(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length * 5 / 8];
        int window = 0, bits = 0, written = 0;
        foreach (var character in text)
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            window = (window << 5 | digit) & 0xfff;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[written++] = (byte)(window >> bits);
            }
        }

        return text.SequenceEqual(Encode(bytes));
    }
}
