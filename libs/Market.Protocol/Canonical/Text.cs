using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Market.Protocol.Canonical;

/// <summary>Which foreign strings may be stored and shown.</summary>
internal static class Text
{
    /// <summary>1 to <paramref name="longest"/> visible ASCII characters.</summary>
    public static bool IsPrintableAscii([NotNullWhen(true)] string? text, int longest) =>
        text is { Length: >= 1 } && text.Length <= longest && text.All(c => c is > ' ' and <= '~');

    /// <summary>Up to <paramref name="longest"/> characters of well-formed Unicode without control characters.</summary>
    public static bool IsLine([NotNullWhen(true)] string? text, int longest) =>
        text is not null && text.Length <= longest
        && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && !Rune.IsControl(rune));
}
