namespace Market.Protocol.Ids;

/// <summary>Reads the text of any <see cref="IBytes32Id{TSelf}"/>.</summary>
public static class Bytes32Id
{
    /// <summary>Reads <c>0x</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">Any other text.</exception>
    public static T Parse<T>(string text)
        where T : struct, IBytes32Id<T>
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse<T>(text, out var id)
            ? id
            : throw new FormatException($"'{Shortened(text)}' is no {typeof(T).Name}: expected 0x and 64 hexadecimal digits.");
    }

    /// <summary>Reads <c>0x</c> and 64 hexadecimal digits; false for any other text.</summary>
    public static bool TryParse<T>(string? text, out T id)
        where T : struct, IBytes32Id<T>
    {
        var ok = Bytes32.TryParse(text, out var value);
        id = T.From(value);
        return ok;
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
