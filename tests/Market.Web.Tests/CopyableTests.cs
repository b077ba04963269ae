using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Protocol.Money;
using Market.Web.Components.Pages;
using Market.Web.Components.Shared;
using Market.Web.Languages;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Tests;

/// <summary>What people take elsewhere: the script copies what these elements say, and the real clipboard is in the browser's test.</summary>
public sealed class CopyableTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    public void Dispose() => CultureInfo.CurrentUICulture = _before;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void What_is_not_there_has_no_button(string? nothing)
    {
        Assert.Null(Copyable.Short(nothing));
        Assert.Null(Copyable.Whole(nothing, "/jobs"));
    }

    [Fact]
    public void What_somebody_made_up_is_text_and_what_is_whole_says_nothing_twice()
    {
        var made = Render(Copyable.Short("<script>alert(1)</script>\" onclick=\"alert(1)", "/jobs"));
        Assert.Empty(made.FindAll("script, [onclick]"));
        Assert.Equal("<script>alert(1)</script>\" onclick=\"alert(1)", Taken(made.Find("button")));
        Assert.Equal("/jobs", made.Find("a.mono").GetAttribute("href"));
        var whole = Render(Copyable.Whole("0x12"));
        Assert.Null(whole.Find("span.mono").GetAttribute("title"));
        Assert.Equal("0x12", Taken(whole.Find("button")));
    }

    [Theory]
    [InlineData("en", "1,234.5 tokens", "1234.5", "Copy")]
    [InlineData("de", "1.234,5 Token", "1234,5", "Kopieren")]
    public void An_amount_is_taken_as_its_language_types_it_without_thousands_marks(string language, string shown, string taken, string says)
    {
        CultureInfo.CurrentUICulture = Language.All.Single(l => l.Culture.Name == language).Culture;
        var amount = Render(Copyable.Tokens(1_234_500_000_000));
        Assert.Equal((shown, taken, says), (amount.Find("data").TextContent, Taken(amount.Find("button")), amount.Find("button").GetAttribute("title")));
        Assert.True(Units.TryParse(Typed.Read(taken), null, out _));
    }

    [Fact]
    public async Task Lists_give_every_id_address_and_amount_whole_and_keep_their_links()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 250);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var state = await market.FoldAsync();
        foreach (var page in (IReadOnlyList<IRenderedComponent<IComponent>>)[Open<Home>(pages), Open<Web.Components.Pages.Jobs>(pages)])
        {
            page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".scroll tbody tr")), Patience);
            foreach (var (row, job) in page.FindAll(".scroll tbody tr").Zip(state.NewestJobs()))
            {
                Assert.Equal([$"{job.Id}", new Units(job.Price).ToString(), $"{job.Spec.Requester}".ToLowerInvariant()], row.QuerySelectorAll("button.copy").Select(Taken));
                Assert.Equal($"/jobs/{job.Id}", row.QuerySelector("a")!.GetAttribute("href"));
            }
        }

        var stakes = Open<Stakes>(pages);
        stakes.WaitForAssertion(() => Assert.NotEmpty(stakes.FindAll("tbody tr")), Patience);
        var largest = state.Stakes.Values.Where(s => s.Role == StakeRole.Provider).Max(s => s.Amount);
        var first = stakes.FindAll("tbody tr")[0].QuerySelectorAll("button.copy").Select(Taken).ToList();
        Assert.Equal(new Units(largest).ToString(), first[0]);
        Assert.Matches("^0x[0-9a-f]{40}$", first[3]);
    }

    private static IRenderedComponent<IComponent> Render(RenderFragment? fragment) => new BunitContext().Render(fragment!);

    private static IRenderedComponent<IComponent> Open<TPage>(PageTests.WatchedPages pages)
        where TPage : IComponent => pages.Context.Render<IComponent>(builder =>
    {
        builder.OpenComponent(0, typeof(TPage));
        builder.CloseComponent();
    });

    /// <summary>What the script puts on the clipboard when a button is pressed.</summary>
    private static string Taken(IElement button)
    {
        var from = button.PreviousElementSibling!;
        return from.LocalName == "data" ? from.GetAttribute("value")! : from.GetAttribute("title") ?? from.TextContent;
    }
}
