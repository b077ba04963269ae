namespace Market.Pages;

/// <summary>A page of which a script writes some parts, each between two marks.</summary>
/// <param name="Script">The script that the marks name.</param>
public sealed record Document(string Script)
{
    public string Begin(string part) => $"<!-- {part}: written by {Script}, do not edit -->\n";

    public static string End(string part) => $"<!-- end of {part} -->";

    public string Read(string page, string part)
    {
        var (from, to) = Bounds(page, part);
        return page[from..to];
    }

    public string Write(string page, string part, string text)
    {
        var (from, to) = Bounds(page, part);
        return page[..from] + text + page[to..];
    }

    private (int From, int To) Bounds(string page, string part)
    {
        var begin = page.IndexOf(Begin(part), StringComparison.Ordinal);
        var end = page.IndexOf(End(part), StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? (begin + Begin(part).Length, end)
            : throw new InvalidDataException($"The page has no part '{part}': expected the lines '{Begin(part).Trim()}' and '{End(part)}'.");
    }
}
