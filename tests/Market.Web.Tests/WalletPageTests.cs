using Bunit;
using Market.Chain.State;
using Market.Chain.Tests.State;
using Market.Ethereum;
using Market.Web.Components.Pages;
using Market.Web.Components.Wallets;
using Market.Web.Wallets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;

namespace Market.Web.Tests;

/// <summary>The pages of an account and of a stake, in every state that they can be in, over a real chain.</summary>
public sealed class WalletPageTests
{
    private const ulong Chain = 31337;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Address Nobody = Address.Parse("0x00000000000000000000000000000000000000aa");

    [Fact]
    public async Task Without_a_chain_and_without_a_wallet_both_say_so()
    {
        var host = PageTests.NewHost();
        using var watch = new MarketWatch(new(Chain, default, default, 0, 1, new Uri("http://127.0.0.1:9")), PageTests.NewIndex(), host, NullLogger<MarketWatch>.Instance);
        await using var context = new BunitContext();
        PageTests.AddBuying(context, watch, host);
        context.Services.AddSingleton<IJSRuntime>(new FakeBrowser(null, Chain) { Account = null });
        foreach (var text in (string[])["Reading the chain…", "This browser has no wallet"])
        {
            Says(context.Render<Account>(), text);
            Says(context.Render<Earn>(), text);
        }

        await watch.StartAsync(Xunit.TestContext.Current.CancellationToken);
        Says(context.Render<Account>(), "does not answer");
        Says(await ConnectAsync<Account>(context, Nobody), "Reading what is yours…");
        Says(await ConnectAsync<Earn>(context, Nobody), "Reading what is yours…");
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_wallet_is_asked_only_when_it_is_chosen_and_on_another_chain_nothing_is_shown()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        var browser = Use(pages, chain: 1);
        var page = pages.Context.Render<Account>();
        Says(page, "Choose a wallet");
        Assert.Empty(page.FindAll("#tokens"));
        await page.Find(".wallets button").ClickAsync(new());
        Says(page, "Your wallet is on another chain (1); this market is on chain 31337.");
        Assert.Empty(page.FindAll("#tokens"));
        browser.Refuses = ("wallet_switchEthereumChain", 4001);
        await page.Find(".trouble button").ClickAsync(new());
        Assert.Contains("You refused it in the wallet", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => pages.Context.Services.GetRequiredService<WalletSession>().ChainChanged("0x7a69"));
        Says(page, "id=\"tokens\"");
    }

    [Fact]
    public async Task Who_has_no_stake_sees_what_it_has_and_is_guided_to_one()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        Use(pages, Chain);
        var account = await ConnectAsync<Account>(pages.Context, Nobody);
        Says(account, "Your machine can work in the market too");
        Assert.Equal("0 tokens", account.Find("#tokens").TextContent);
        Assert.True(account.FindAll("button").Single(b => b.TextContent == "Withdraw").HasAttribute("disabled"));
        var earn = pages.Context.Render<Earn>();
        Says(earn, $"market stake node {Nobody}");
        Assert.True(earn.FindAll("button").Single(b => b.TextContent == "Stake").HasAttribute("disabled"));
    }

    [Fact]
    public async Task An_owner_sees_its_stake_what_leaves_it_and_what_fraud_cost()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(1, 350);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        Use(pages, Chain);
        var state = pages.Watch.State!;
        var seen = new HashSet<string>();
        foreach (var stake in state.Stakes.Values.Where(s => state.StakeOfOwner(s.Owner)?.Id == s.Id))
        {
            var page = await ConnectAsync<Earn>(pages.Context, stake.Owner);
            if (stake.Slashed)
            {
                Says(page, $"Fraud cost <a href=\"/providers/{stake.Id}\">stake {stake.Id}</a> everything");
                Assert.Empty(page.FindAll("#staked"));
                seen.Add("slashed");
                continue;
            }

            Says(page, "id=\"staked\"");
            Says(page, stake.Unbonding > 0 ? "and are free from" : "Take from your stake");
            Assert.Equal(stake.Role == StakeRole.Provider, page.Markup.Contains("Least reward for a seat", StringComparison.Ordinal));
            seen.Add(stake.Unbonding > 0 ? "unbonding" : "staked");
        }

        Assert.Contains("staked", seen);
        Assert.True(seen.Count > 1, $"The play made only these states: {string.Join(", ", seen)}.");
    }

    private static FakeBrowser Use(PageTests.WatchedPages pages, ulong chain)
    {
        var browser = new FakeBrowser(null, chain) { Account = Nobody };
        pages.Context.Services.AddSingleton<IJSRuntime>(browser);
        return browser;
    }

    /// <summary>Opens a page with a wallet that shows an account on the market's chain.</summary>
    private static async Task<IRenderedComponent<T>> ConnectAsync<T>(BunitContext context, Address account)
        where T : WalletPage
    {
        var page = context.Render<T>();
        var wallet = context.Services.GetRequiredService<WalletSession>();
        await page.InvokeAsync(() => wallet.AccountsChanged([account.ToString()]));
        await page.InvokeAsync(() => wallet.ChainChanged("0x7a69"));
        return page;
    }

    private static void Says<T>(IRenderedComponent<T> page, string text)
        where T : Microsoft.AspNetCore.Components.IComponent => page.WaitForAssertion(() => Assert.Contains(text, page.Markup, StringComparison.Ordinal), Patience);
}
