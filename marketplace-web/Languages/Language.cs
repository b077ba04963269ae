using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Market.Web.Languages;

/// <summary>A language of the pages: its texts, and how it writes numbers and dates.</summary>
/// <remarks>
/// A request or circuit has it as its UI culture. Its culture stays the invariant one, so that whatever is not shown on purpose (addresses,
/// drawings, files, what programs read) is the same in all languages. How numbers and dates are written stands here, since machines
/// need not have language data (ICU).
/// </remarks>
internal sealed class Language
{
    private static readonly JsonSerializerOptions Strict = new() { AllowDuplicateProperties = false };

    private Language(string name, CultureInfo culture, FrozenDictionary<string, string> entries) => (Name, Culture, Texts) = (name, culture, new Texts(culture, entries));

    /// <summary>Spoken by whoever asks for no other. Its texts stand in the source.</summary>
    public static Language English { get; } = new("English", Culturing("en", '.', ',', "yyyy-MM-dd"), FrozenDictionary<string, string>.Empty);

    public static Language German { get; } = new("Deutsch", Culturing("de", ',', '.', "dd.MM.yyyy"), Read("de"));

    /// <summary>What can be chosen.</summary>
    public static IReadOnlyList<Language> All { get; } = [English, German];

    /// <summary>That of whoever asks.</summary>
    public static Language Now => All.FirstOrDefault(language => language.Culture.Name == CultureInfo.CurrentUICulture.Name) ?? English;

    /// <summary>What it calls itself.</summary>
    public string Name { get; }

    /// <summary>Its code, and how it writes numbers and dates.</summary>
    public CultureInfo Culture { get; }

    /// <summary>What the pages say in it.</summary>
    public Texts Texts { get; }

    private static CultureInfo Culturing(string code, char point, char thousands, string date)
    {
        var culture = new CultureInfo(code, useUserOverride: false);
        var numbers = culture.NumberFormat;
        numbers.NumberDecimalSeparator = numbers.PercentDecimalSeparator = point.ToString();
        numbers.NumberGroupSeparator = numbers.PercentGroupSeparator = thousands.ToString();
        var dates = culture.DateTimeFormat;
        (dates.ShortDatePattern, dates.ShortTimePattern, dates.LongTimePattern) = (date, "HH:mm", "HH:mm:ss");
        return CultureInfo.ReadOnly(culture);
    }

    /// <summary>All texts of a language: one file of the program for each part of the pages.</summary>
    private static FrozenDictionary<string, string> Read(string code)
    {
        var assembly = typeof(Language).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith("texts.", StringComparison.Ordinal) && name.EndsWith("." + code, StringComparison.Ordinal))
            .SelectMany(name => JsonSerializer.Deserialize<Dictionary<string, string>>(assembly.GetManifestResourceStream(name)!, Strict)!)
            .ToFrozenDictionary(StringComparer.Ordinal);
    }
}
