namespace Market.Simulation.Reports;

/// <summary>A page of which this program writes some parts, each between two marks.</summary>
internal static class Document
{
    public static string Begin(string part) => $"<!-- {part}: written by scripts/simulate, do not edit -->\n";

    public static string End(string part) => $"<!-- end of {part} -->";

    public static string Read(string page, string part)
    {
        var (from, to) = Bounds(page, part);
        return page[from..to];
    }

    public static string Write(string page, string part, string text)
    {
        var (from, to) = Bounds(page, part);
        return page[..from] + text + page[to..];
    }

    private static (int From, int To) Bounds(string page, string part)
    {
        var begin = page.IndexOf(Begin(part), StringComparison.Ordinal);
        var end = page.IndexOf(End(part), StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? (begin + Begin(part).Length, end)
            : throw new InvalidDataException($"The page has no part '{part}': expected the lines '{Begin(part).Trim()}' and '{End(part)}'.");
    }
}
