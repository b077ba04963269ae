namespace Market.Web.Languages;

/// <summary>
/// Numbers in fields that people type into: as their language writes them, without thousands marks. The mark of the other language is
/// refused, never guessed at: 1,000 and 1.000 are a thousand to some and one to others.
/// </summary>
internal static class Typed
{
    /// <summary>What is read as English notation: 1,5 becomes 1.5 in German, and 1.5 becomes 1,5, which no parser takes.</summary>
    public static string Read(string? text) => Exchange(text);

    /// <summary>English notation as people type it.</summary>
    public static string Show(string? text) => Exchange(text);

    private static string Exchange(string? text) => Language.Now.Culture.NumberFormat.NumberDecimalSeparator == "."
        ? text ?? ""
        : string.Concat((text ?? "").Select(c => c switch
        {
            '.' => ',',
            ',' => '.',
            _ => c,
        }));
}
