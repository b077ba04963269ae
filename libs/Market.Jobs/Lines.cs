using System.Text;

namespace Market.Jobs;

/// <summary>Foreign text as a line that documents take.</summary>
internal static class Lines
{
    /// <summary>The text without control characters, cut to a length.</summary>
    public static string Of(string text, int longest)
    {
        var line = string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar ? " " : rune.ToString()));
        return line.Length <= longest ? line : line[..(longest - 3 - (char.IsHighSurrogate(line[longest - 4]) ? 1 : 0))] + "...";
    }
}
