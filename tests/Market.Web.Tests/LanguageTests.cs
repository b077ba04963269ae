using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Bunit;
using Market.Chain.Tests.State;
using Market.Protocol.Money;
using Market.Web.Components.Pages;
using Market.Web.Components.Shared;
using Market.Web.Languages;
using Market.Web.Wallets;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Tests;

/// <summary>The same pages in both languages.</summary>
public sealed partial class LanguageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    public void Dispose() => CultureInfo.CurrentUICulture = _before;

    [Theory]
    [InlineData("en", "1,234.5", "2026-11-26 08:00:00 UTC", "12.5 %", "1.5 MiB", "2.5 hours")]
    [InlineData("de", "1.234,5", "26.11.2026 08:00:00 UTC", "12,5 %", "1,5 MiB", "2,5 Stunden")]
    public void Numbers_and_dates_are_written_as_the_language_does_and_what_machines_read_is_the_same_in_all(string language, string tokens, string time, string share, string bytes, string lasting)
    {
        Speak(language);
        Assert.Equal(tokens, Shown.Tokens(1_234_500_000_000));
        Assert.Equal(time, Shown.Time(1_795_680_000));
        Assert.Equal(share, Shown.Percent(0.125));
        Assert.Equal(bytes, Shown.Bytes(3 << 19));
        Assert.Equal(lasting, Shown.Lasting(TimeSpan.FromHours(2.5)));
        Assert.Equal("2026-11-26T08:00:00Z", Shown.Iso(1_795_680_000));
        Assert.Equal("1.5", 1.5.ToString(CultureInfo.CurrentCulture));
    }

    [Theory]
    [InlineData("en", 0, "0 tokens stop", "0 bytes", "0 cores")]
    [InlineData("en", 1, "1 token stops", "1 byte", "1 core")]
    [InlineData("en", 8, "8 tokens stop", "8 bytes", "8 cores")]
    [InlineData("de", 1, "1 Token arbeitet", "1 Byte", "1 Kern")]
    [InlineData("de", 8, "8 Token arbeiten", "8 Bytes", "8 Kerne")]
    public void One_is_told_from_several(string language, uint count, string tokens, string bytes, string cores)
    {
        Speak(language);
        Assert.StartsWith(tokens + " ", Texts.T["{0} {0:token stops|tokens stop} working for you now, and can be lost until {0:it leaves|they leave}.", Units.FromTokens(count)], StringComparison.Ordinal);
        Assert.Equal(bytes, Shown.Bytes(count));
        Assert.StartsWith(cores + ",", Texts.T["{0} {0:core|cores}, {1} GiB, {2}", count, 4, "x64"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "12.5", 12_500_000_000UL)]
    [InlineData("en", "12,5", null)]
    [InlineData("en", "1,000", null)]
    [InlineData("en", "1,000.5", null)]
    [InlineData("en", "1.000", 1_000_000_000UL)]
    [InlineData("de", "12,5", 12_500_000_000UL)]
    [InlineData("de", "12.5", null)]
    [InlineData("de", "1.000", null)]
    [InlineData("de", "1.000,5", null)]
    [InlineData("de", "1,000", 1_000_000_000UL)]
    [InlineData("de", "1000", 1_000_000_000_000UL)]
    public void An_amount_is_read_in_its_own_language_or_refused_and_no_mark_is_ever_taken_for_thousands(string language, string typed, ulong? units)
    {
        Speak(language);
        Assert.Equal(units, TokenAmount.Read(typed, new Units(ulong.MaxValue), "", out var trouble)?.Value);
        Assert.Equal(units is null, trouble?.Contains($"{12.5.ToString(Language.Now.Culture)}.", StringComparison.Ordinal) == true);
        Assert.Equal(typed, Typed.Show(Typed.Read(typed)));
    }

    [Fact]
    public void What_varies_in_a_text_with_elements_is_never_markup()
    {
        Assert.Equal("Job <span class=\"mono\">&lt;b&gt;</span>", Texts.T.Html("Job <span class=\"mono\">{0}</span>", "<b>").Value);
        Assert.Equal("a text of tomorrow 5", Texts.T["a text of tomorrow {0}", 5]);
    }

    [Fact]
    public async Task No_page_shows_a_text_that_is_not_translated_and_each_keeps_its_language_as_blocks_come()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 350);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var state = await market.FoldAsync();
        var shown = state.Jobs.Values.Where(j => j.Dispute is not null).Concat(state.NewestJobs()).Take(3).ToList();
        IReadOnlyList<Func<IRenderedComponent<IComponent>>> all =
        [
            () => Render<Home>(pages), () => Render<Web.Components.Pages.Jobs>(pages), () => Render<Stakes>(pages), () => Render<Status>(pages), () => Render<Search>(pages), () => Render<NotFound>(pages),
            () => Render<Buy>(pages), () => Render<BuyPage>(pages, ("AppId", "model")), () => Render<BuyPage>(pages, ("AppId", "speech")), () => Render<BuyPage>(pages, ("AppId", "nothing")), () => Render<Account>(pages), () => Render<Earn>(pages),
            () => Render<JobPage>(pages, ("Id", "0x12")), .. shown.Select(job => (Func<IRenderedComponent<IComponent>>)(() => Render<JobPage>(pages, ("Id", job.Id.ToString())))),
            .. state.Stakes.Keys.Take(3).Select(id => (Func<IRenderedComponent<IComponent>>)(() => Render<StakePage>(pages, ("Id", (long)id)))),
        ];
        var german = Language.German.Texts.Entries.Where(e => e.Key == e.Value).Select(e => PatternOf(e.Value)).ToList();
        var (kept, untranslated) = (new List<IRenderedComponent<IComponent>>(), new HashSet<string>());
        foreach (var render in all)
        {
            Speak("en");
            var english = TextsOf(render());
            Speak("de");
            kept.Add(render());
            untranslated.UnionWith(TextsOf(kept[^1]).Intersect(english).Where(text => text is not ("CSV" or "Test wallet") && !german.Any(pattern => pattern.IsMatch(text))));
        }

        Assert.Empty(untranslated);

        Speak("en");
        await market.PlayAsync(2, 20);
        var head = await market.Chain.Client.BlockNumberAsync(CancellationToken.None);
        kept[0].WaitForAssertion(() => Assert.Contains($"Block {head}, ", kept[0].Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("Erledigte Aufgaben", kept[0].Markup, StringComparison.Ordinal);
        Assert.DoesNotMatch(EnglishTime(), kept[0].Find("div.quiet").TextContent);
    }

    [GeneratedRegex("\\d{4}-\\d{2}-\\d{2}")]
    private static partial Regex EnglishTime();

    /// <summary>At least two letters, and no id, path or ending of files.</summary>
    [GeneratedRegex("^(?!0x|/|\\.\\w+(, |$)).*\\p{L}{2}")]
    private static partial Regex Words();

    private static void Speak(string language) => CultureInfo.CurrentUICulture = Language.All.Single(l => l.Culture.Name == language).Culture;

    private static Regex PatternOf(string text) => new("^" + Regex.Replace(Regex.Escape(text), "\\\\\\{\\d}", ".+") + "$");

    private static IRenderedComponent<IComponent> Render<TPage>(PageTests.WatchedPages pages, params (string Name, object Value)[] with)
        where TPage : IComponent
    {
        var page = pages.Context.Render<IComponent>(builder =>
        {
            builder.OpenComponent(0, typeof(TPage));
            foreach (var (name, value) in with)
            {
                builder.AddAttribute(1, name, value);
            }

            builder.CloseComponent();
        });
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("h1")), Patience);
        return page;
    }

    /// <summary>What people read or hear: all but code, ids, and what says that it is English.</summary>
    private static HashSet<string> TextsOf(IRenderedComponent<IComponent> page)
    {
        var elements = page.FindAll("*").Where(e => e.Closest("code, pre, .mono, [lang]") is null).ToList();
        var texts = elements.SelectMany(e => e.ChildNodes.OfType<IText>()).Select(t => t.Text.Trim());
        var said = elements.SelectMany(e => (string?[])[e.GetAttribute("aria-label"), e.GetAttribute("placeholder"), e.GetAttribute("title"), e.GetAttribute("alt")]).OfType<string>();
        return [.. texts.Concat(said).Where(text => Words().IsMatch(text))];
    }
}
