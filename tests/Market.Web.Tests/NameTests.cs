using System.Globalization;
using Bunit;
using Market.Chain.Tests.State;
using Market.Index.Writing;
using Market.Web.Components.Pages;
using Market.Web.Languages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Market.Web.Tests;

/// <summary>Apps and their models by name, of models that are really here.</summary>
public sealed class NameTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public void Dispose() => CultureInfo.CurrentUICulture = _before;

    [Fact]
    public async Task Apps_and_models_are_found_by_a_part_of_their_names_in_every_language_and_nothing_else_is()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var (search, names) = (pages.Context.Services.GetRequiredService<MarketSearch>(), pages.Context.Services.GetRequiredService<ModelNames>());
        Assert.Equal(["text"], (await search.FindAsync("recognition", Stop)).Select(f => f.Name));

        await NameAsync(pages);
        Assert.Equal(["PP-OCRv4 detection", "PP-OCRv4 recognition", "Silero VAD 5"], names.All.Values.Order(StringComparer.Ordinal));
        Assert.All(names.All.Keys, root => Assert.Matches("^0x[0-9a-f]{64}$", root));
        foreach (var (text, found) in ((string, string[])[])[
            ("pp-ocrV4", ["Text recognition", "PP-OCRv4 detection", "PP-OCRv4 recognition"]), ("  zeilenSUCHE ", ["Text recognition", "PP-OCRv4 detection"]), ("silero", ["Speech detection", "Silero VAD 5"]), ("onnx", ["Any ONNX model"]),
            ("5", []), ("e", []), ("", []), ("<script>", []), ("%", []), (new string('e', 5000), []), ("0x" + new string('e', 64), [])])
        {
            Assert.Equal(found, (await search.FindAsync(text, Stop)).Select(f => f.Title));
        }
    }

    [Fact]
    public async Task Pages_show_a_models_name_beside_its_root_once_it_is_known_and_lead_to_what_was_searched()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 250);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var models = pages.Context.Render<Models>();
        var names = await NameAsync(pages);
        var root = names.All.Single(n => n.Value == "PP-OCRv4 detection").Key;
        var state = await market.FoldAsync();
        await new HeadBook(pages.Watch.Store).LearnAsync(state.NewestJobs().First().Spec.Bundle.ToString(), root, Stop);
        pages.Watch.Learnt();
        models.WaitForAssertion(() => Assert.Equal("PP-OCRv4 detection", models.Find("tbody td b").TextContent), Patience);
        Assert.Equal($"/jobs?model={root}", models.Find("tbody td a").GetAttribute("href"));
        var judged = state.Jobs.Values.Where(j => j.IsJudged).ToList();
        var accepted = judged.ToDictionary(j => j, j => j.Count(s => s.Outcome == Market.Protocol.Jobs.Outcome.Accept));
        Assert.Equal(
            Purchases.MarketPrices.Tokens(judged.Sum(j => (double)j.Price * accepted[j]) / judged.Sum(j => (double)j.Spec.Tasks * accepted[j])), models.FindAll("tbody td")[4].TextContent);

        var navigation = pages.Context.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo($"jobs?model={root}");
        var jobs = pages.Context.Render<Web.Components.Pages.Jobs>();
        jobs.WaitForAssertion(() => Assert.Equal("PP-OCRv4 detection", jobs.Find("p b").TextContent), Patience);

        navigation.NavigateTo("search?q=pp-ocr");
        CultureInfo.CurrentUICulture = Language.German.Culture;
        var found = pages.Context.Render<Search>();
        found.WaitForAssertion(() => Assert.Equal(3, found.FindAll(".hits li").Count), Patience);
        Assert.Equal(("/buy/text", "App Texterkennung"), (found.Find(".hits a").GetAttribute("href"), found.Find(".hits li").TextContent));
        Assert.StartsWith("Modell PP-OCRv4 Zeilensuche", found.FindAll(".hits li")[1].TextContent, StringComparison.Ordinal);
        Assert.Equal($"/jobs?model={root}", found.FindAll(".hits li")[1].QuerySelector("a")!.GetAttribute("href"));

        navigation.NavigateTo("search?q=beliebiges%20onnx");
        var only = pages.Context.Render<Search>();
        only.WaitForAssertion(() => Assert.EndsWith("/buy/model", navigation.Uri, StringComparison.Ordinal), Patience);
    }

    /// <summary>Has the server read the models of its apps.</summary>
    private static async Task<ModelNames> NameAsync(PageTests.WatchedPages pages)
    {
        var names = pages.Context.Services.GetRequiredService<ModelNames>();
        await names.StartAsync(Stop);
        await names.ExecuteTask!.WaitAsync(Patience, Stop);
        return names;
    }
}
