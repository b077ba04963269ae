using System.Text;
using Market.Libp2p.Wire;

namespace Market.Libp2p.Multistream;

/// <summary>Messages of multistream-select 1.0: a varint length, text, a newline.</summary>
/// <remarks>https://github.com/multiformats/multistream-select</remarks>
internal static class MultistreamMessage
{
    internal const string Header = "/multistream/1.0.0";
    internal const string NotAvailable = "na";

    /// <summary>The longest message in bytes, newline included.</summary>
    internal const int Longest = 1024;

    /// <summary>Proposals answered on one stream before the dialler counts as hostile.</summary>
    internal const int MostRounds = 16;

    internal static byte[] Encode(params ReadOnlySpan<string> messages)
    {
        var bytes = new List<byte>();
        Span<byte> length = stackalloc byte[Varint.MaxLength];
        foreach (var message in messages)
        {
            var text = Encoding.UTF8.GetBytes(message);
            bytes.AddRange(length[..Varint.Write(length, (ulong)text.Length + 1)]);
            bytes.AddRange(text);
            bytes.Add((byte)'\n');
        }

        return [.. bytes];
    }

    /// <summary>Takes one whole message off the front, or returns null when more bytes are needed.</summary>
    internal static string? TryTake(ref ReadOnlySpan<byte> input)
    {
        var n = Varint.Read(input, out var length);
        if (n < 0 || length > Longest || (n > 0 && length == 0))
        {
            throw Libp2pException.Violation($"A multistream message claims {length} bytes, expected 1 to {Longest}.");
        }

        if (n == 0 || input.Length - n < (int)length)
        {
            return null;
        }

        var text = input.Slice(n, (int)length);
        if (text[^1] != '\n' || !System.Text.Unicode.Utf8.IsValid(text))
        {
            throw Libp2pException.Violation("A multistream message is not UTF-8 ending in a newline.");
        }

        input = input[(n + text.Length)..];
        return Encoding.UTF8.GetString(text[..^1]);
    }
}
