using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using Market.Protocol.Jobs;
using Market.Web.Components.Shared;
using Market.Web.Languages;

namespace Market.Web.Tests;

/// <summary>Every text of the pages has its translation, and no translation is left over.</summary>
public sealed partial class TextTests
{
    private static readonly string Pages = Checkout.At("marketplace-web");

    public static TheoryData<string> Translated => [.. Language.All.Where(l => l != Language.English).Select(l => l.Culture.Name)];

    [Theory]
    [MemberData(nameof(Translated))]
    public void Every_text_in_the_source_is_translated_and_no_translation_is_of_a_text_that_is_gone(string language)
    {
        var used = Used().ToHashSet();
        var translated = Of(language).Keys.ToHashSet();
        Assert.True(used.Count > 300, $"Only {used.Count} texts found in the source.");
        Assert.Empty(used.Except(translated));
        Assert.Empty(translated.Except(used));
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public void A_translation_has_the_same_places_for_what_varies_and_the_same_elements_and_no_text_is_there_twice(string language)
    {
        foreach (var (english, other) in Of(language))
        {
            Assert.NotEqual("", other.Trim());
            Assert.Equal(PlacesOf(english), PlacesOf(other));
            Assert.Equal(Element().Matches(english).Select(m => m.Value).Order(), Element().Matches(other).Select(m => m.Value).Order());
            Assert.Equal(Code().Matches(english).Select(m => m.Value).Order(), Code().Matches(other).Select(m => m.Value).Order());
        }

        var lines = Directory.EnumerateFiles(Path.Combine(Pages, "Languages"), $"*.{language}.json").SelectMany(File.ReadLines).Count(line => line.StartsWith("  \"", StringComparison.Ordinal));
        Assert.Equal(lines, Of(language).Count);
    }

    [Fact]
    public void Where_a_one_is_shown_no_text_speaks_of_several_and_where_a_two_is_none_of_one()
    {
        foreach (var (language, text) in Language.All.SelectMany(language => Used(), (language, text) => (language, text)))
        {
            Assert.DoesNotMatch(Several(), language.Texts[text, "1", "1", "1", "1", "1"]);
            Assert.DoesNotMatch(Single(), language.Texts[text, "2", "2", "2", "2", "2"]);
        }
    }

    [Fact]
    public void The_scripts_say_nothing_to_people_themselves()
    {
        // A wallet speaks for itself, that of devnets too.
        foreach (var script in Directory.EnumerateFiles(Path.Combine(Pages, "wwwroot"), "*.js").Where(path => !Path.GetFileName(path).StartsWith("devnet-", StringComparison.Ordinal)))
        {
            Assert.DoesNotMatch(Sentence(), File.ReadAllText(script));
        }
    }

    /// <summary>A text between quotes with a space in it is for people.</summary>
    [GeneratedRegex("Error\\(['\"`][^'\"`]* ")]
    private static partial Regex Sentence();

    [GeneratedRegex("\\b1 (more |weitere |able |different |different bit )?(tokens|tasks|cores|jobs|seats|providers|verifiers|bytes|files|pages|pictures|lines|parts|results|patterns|times|seconds|minutes|hours|days|are|were|have|Aufgaben|Aufträge|Kerne|Plätze|Anbietern|Prüfern|Bytes|Dateien|Seiten|Bilder|Zeilen|Teilen|Ergebnisse|Sekunden|Minuten|Stunden|Tage|sind|haben|werden)\\b")]
    private static partial Regex Several();

    [GeneratedRegex("\\b2 (more |weitere |able |different |different bit )?(token|task|core|job|seat|provider|verifier|byte|file|page|picture|line|part|result|pattern|time|second|minute|hour|day|Aufgabe|Auftrag|Kern|Platz|Byte|Datei|Seite|Bild|Zeile|Teil|Ergebnis|Sekunde|Minute|Stunde|Tag)\\b")]
    private static partial Regex Single();

    /// <summary>Where something is put in, or words for one and for several of it.</summary>
    [GeneratedRegex("\\{(\\d)(:[^{}|]*\\|[^{}|]*)?\\}")]
    private static partial Regex Place();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Element();

    [GeneratedRegex("<code>.*?</code>")]
    private static partial Regex Code();

    [GeneratedRegex("\\bT(\\[|\\.Html\\()")]
    private static partial Regex Use();

    [GeneratedRegex("new AppStep\\(\"([^\"]+)\"")]
    private static partial Regex Step();

    private static IEnumerable<string> PlacesOf(string text)
    {
        Assert.DoesNotContain('{', Place().Replace(text, ""));
        return Place().Matches(text).Select(m => m.Groups[1].Value).Distinct().Order();
    }

    private static FrozenDictionary<string, string> Of(string language) => Language.All.Single(l => l.Culture.Name == language).Texts.Entries;

    /// <summary>The texts that the source names, and those that come from elsewhere one by one.</summary>
    private static IEnumerable<string> Used() =>
    [
        .. Sources(Pages, "*.razor", "*.cs").SelectMany(InSource),
        .. Sources(Checkout.At("libs/Market.Apps"), "*.cs").SelectMany(source => Step().Matches(source).Select(m => m.Groups[1].Value)),
        .. Apps.App.All.SelectMany(app => (string[])[app.Title, app.About, .. app.Settings.Select(s => s.Title), .. app.Models.Select(m => m.Name)]),
        .. Span.All.Select(span => span.Name),
        .. Enum.GetValues<RefusalReason>().Select(Refusal.Explain),
        .. Enum.GetValues<VerdictReason>().Where(IsTold).Select(reason => reason.Explain()),
    ];

    private static bool IsTold(VerdictReason reason)
    {
        try
        {
            return reason.Explain().Length > 0;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Sources(string folder, params string[] kinds) =>
        kinds.SelectMany(kind => Directory.EnumerateFiles(folder, kind, SearchOption.AllDirectories)).Where(file => !file.Contains("/Languages/", StringComparison.Ordinal)).Select(File.ReadAllText);

    /// <summary>The literals in the first argument of each use: two where it depends on a number.</summary>
    private static IEnumerable<string> InSource(string source)
    {
        foreach (Match use in Use().Matches(source))
        {
            var deep = 0;
            for (var at = use.Index + use.Length; deep >= 0 && (deep > 0 || source[at] != ','); at++)
            {
                deep += source[at] is '(' or '[' or '{' ? 1 : source[at] is ')' or ']' or '}' ? -1 : 0;
                if (source[at] == '"')
                {
                    yield return Literal(source, ref at);
                }
            }
        }
    }

    private static string Literal(string source, ref int at)
    {
        var text = new StringBuilder();
        for (at++; source[at] != '"'; at++)
        {
            at += source[at] == '\\' ? 1 : 0;
            text.Append(source[at]);
        }

        return text.ToString();
    }
}
