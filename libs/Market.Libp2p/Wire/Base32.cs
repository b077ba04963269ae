namespace Market.Libp2p.Wire;

/// <summary>RFC 4648 base32, lower case without padding, as multibase prefix <c>b</c> means it.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    internal static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = new char[((bytes.Length * 8) + 4) / 5];
        int bits = 0, buffer = 0, n = 0;
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[n++] = Alphabet[(buffer >> (bits - 5)) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text[n] = Alphabet[(buffer << (5 - bits)) & 31];
        }

        return new string(text);
    }

    internal static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length * 5 / 8];
        int bits = 0, buffer = 0, n = 0;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            buffer = (buffer << 5) | digit;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[n++] = (byte)(buffer >> bits);
            }

            buffer &= (1 << bits) - 1;
        }

        // Left-over bits of a whole encoding are fewer than one character and zero.
        return bits < 5 && buffer == 0;
    }
}
