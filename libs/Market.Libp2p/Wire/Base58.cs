namespace Market.Libp2p.Wire;

/// <summary>Base58 with Bitcoin's alphabet, for inputs that the caller has already bounded (quadratic time).</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    internal static string Encode(ReadOnlySpan<byte> bytes)
    {
        var zeros = 0;
        while (zeros < bytes.Length && bytes[zeros] == 0)
        {
            zeros++;
        }

        // 138 / 100 > log 256 / log 58.
        Span<byte> digits = new byte[((bytes.Length - zeros) * 138 / 100) + 1];
        var used = 0;
        foreach (var b in bytes[zeros..])
        {
            int carry = b;
            var i = 0;
            for (; i < used || carry > 0; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }

            used = i;
        }

        return string.Create(zeros + used, digits[..used].ToArray(), static (text, d) =>
        {
            text.Fill('1');
            for (var i = 0; i < d.Length; i++)
            {
                text[^(i + 1)] = Alphabet[d[i]];
            }
        });
    }

    internal static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var zeros = 0;
        while (zeros < text.Length && text[zeros] == '1')
        {
            zeros++;
        }

        bytes = [];
        Span<byte> little = new byte[text.Length];
        var used = 0;
        foreach (var c in text[zeros..])
        {
            var carry = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (carry < 0)
            {
                return false;
            }

            var i = 0;
            for (; i < used || carry > 0; i++)
            {
                carry += little[i] * 58;
                little[i] = (byte)carry;
                carry >>= 8;
            }

            used = i;
        }

        bytes = new byte[zeros + used];
        little[..used].CopyTo(bytes.AsSpan(zeros));
        bytes.AsSpan(zeros).Reverse();
        return true;
    }
}
