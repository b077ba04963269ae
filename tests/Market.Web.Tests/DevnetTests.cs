using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json.Nodes;
using Bunit;
using Market.Chain;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.Tests.Chains;
using Market.Protocol.Money;
using Market.Web.Components.Pages;
using Market.Web.Wallets;
using Microsoft.Extensions.DependencyInjection;

namespace Market.Web.Tests;

/// <summary>What the server does for throw-away wallets: little, for its own pages, and on devnets only.</summary>
public sealed class DevnetTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly (string Path, object Body)[] Offers = [("/devnet/chain", new { method = "eth_chainId", @params = Array.Empty<string>() }), ("/devnet/money", new { address = Address.Zero.ToString() })];

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_another_chain_nothing_of_it_is_there_and_no_page_offers_it()
    {
        var folder = Directory.CreateTempSubdirectory("market-no-devnet-").FullName;
        await using var chain = await DevChain.StartAsync(ChainProgram.Anvil, chainId: 7331);
        using var key = PrivateKey.Parse(DevChain.FundedKey);
        var deployment = await MarketDeployer.DeployAsync(chain.Client, key, folder, null, BigInteger.Pow(10, 18), MarketDeployer.DevnetParameters, [MarketDeployer.DevnetTerms], Stop) with { Rpc = chain.Http };
        await using var app = WebPages.Build(deployment, new(deployment), PageTests.NewIndex(), PageTests.NewHost(), "http://127.0.0.1:0");
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = app.Services.GetRequiredService<MarketWatch>();
        watch.Changed += () => seen.TrySetResult();
        await app.StartAsync(Stop);
        await seen.Task.WaitAsync(Patience, Stop);
        Assert.NotNull(watch.State);
        Assert.Null(watch.Devnet);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        foreach (var (path, body) in Offers)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(http, path, body)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/devnet/signing.js", Stop)).StatusCode);
        await using var context = new BunitContext();
        PageTests.AddBuying(context, watch, PageTests.NewHost());
        var page = context.Render<Account>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".wallets button")), Patience);
        Assert.DoesNotContain("devnet", page.Markup, StringComparison.OrdinalIgnoreCase);
        Assert.False(context.Services.GetRequiredService<WalletSession>().OnDevnet);
    }

    [Theory]
    [InlineData("eth_sendTransaction")]
    [InlineData("hardhat_setBalance")]
    [InlineData("eth_getLogs")]
    [InlineData(null)]
    public async Task The_chain_is_asked_only_what_a_wallet_needs(string? method)
    {
        var answer = await PostAsync(server.Http, "/devnet/chain", new { method, @params = Array.Empty<string>() });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("eth_sendRawTransaction", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_sites_and_large_questions_are_refused_and_the_chains_refusals_are_told()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(server.Http, "/devnet/money", Offers[1].Body, "http://example.test")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(200_000)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(300_000)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(server.Http, "/devnet/money", new { address = "0x12" })).StatusCode);
        var refused = await PostAsync(server.Http, "/devnet/chain", new { method = "eth_sendRawTransaction", @params = (string[])["0x00"] });
        var error = (await refused.Content.ReadFromJsonAsync<JsonNode>(Stop))!["error"]!;
        Assert.NotEqual(0, error["code"]!.GetValue<int>());
        Assert.Contains("eth_sendRawTransaction", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        var asked = await PostAsync(server.Http, "/devnet/chain", Offers[0].Body);
        Assert.Equal("0x7a69", (await asked.Content.ReadFromJsonAsync<JsonNode>(Stop))!["result"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_account_gets_play_money_once_however_often_it_asks()
    {
        using var key = PrivateKey.Generate();
        var (watch, ask) = (server.Service<MarketWatch>(), new { address = key.Address.ToString() });
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostAsync(server.Http, "/devnet/money", ask)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        await PostAsync(server.Http, "/devnet/money", ask);
        Assert.Equal(BigInteger.Pow(10, 18), await watch.Contract!.Client.GetBalanceAsync(key.Address, default, Stop));
        Assert.Equal(Units.FromTokens(1000), await watch.Contract.TokensOfAsync(key.Address, Stop));
    }

    [Fact]
    public async Task What_signs_in_the_browser_comes_from_this_server_whole()
    {
        var answer = await server.Http.GetAsync("/devnet/signing.js", Stop);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        var module = await answer.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotMatch(@"(^|;)import\W", module);
        Assert.Contains("signTypedData", module, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> AskAsync(int digits) => PostAsync(server.Http, "/devnet/chain", new { method = "eth_sendRawTransaction", @params = (string[])["0x" + new string('0', digits)] });

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, object body, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Origin", origin ?? http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        return await http.SendAsync(request, Stop);
    }
}
