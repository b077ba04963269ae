using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Chain.Contracts;
using Market.Chain.Tests.State;
using Market.Ethereum;
using Market.Ethereum.Tests.Chains;
using Market.Web.Wallets;
using Microsoft.JSInterop;
using Microsoft.JSInterop.Infrastructure;

namespace Market.Web.Tests;

/// <summary>What a person signs, over a real chain, when wallet and owner do what nobody planned.</summary>
public sealed class WalletActTests
{
    private static readonly Address Other = Address.Parse("0x00000000000000000000000000000000000000aa");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wallet_may_take_longer_than_other_calls_into_the_browser()
    {
        var browser = new SlowBrowser();
        await using var wallet = new WalletSession(browser, new(new(31337, default, default, 0, 1)));
        await wallet.StartAsync(onDevnet: false);
        var asked = wallet.AskAsync("eth_sendTransaction");
        await Assert.ThrowsAsync<TaskCanceledException>(() => browser.InvokeAsync<string>("never").AsTask());
        Assert.False(asked.IsCompleted);
        browser.Answer("ask", new WalletAnswer("\"late\"", 0, null));
        Assert.Equal("late", (await asked).Text());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_sent_for_another_account_or_on_another_chain(bool otherChain)
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        await using var wallet = await ConnectAsync(market);
        await (otherChain ? wallet.ChainChanged("0x1") : wallet.AccountsChanged([Other.ToString()]));
        var act = Allow(market);
        Assert.False(act.Suits(wallet));
        var sent = await market.Chain.Client.GetTransactionCountAsync(DevChain.Funded, cancellationToken: Stop);
        await act.RunAsync(wallet, pages.Watch, () => { }, Stop);
        Assert.Equal(WalletAct.Stage.Failed, act.Now);
        Assert.Contains("nothing else was sent", act.Trouble, StringComparison.Ordinal);
        Assert.Equal(sent, await market.Chain.Client.GetTransactionCountAsync(DevChain.Funded, cancellationToken: Stop));
    }

    [Fact]
    public async Task Who_replaces_a_transaction_in_the_wallet_is_told_to_look_there()
    {
        await using var market = await RandomMarket.StartAsync(members: 0);
        await using var pages = await PageTests.WatchedPages.StartAsync(market);
        await using var wallet = await ConnectAsync(market);
        await market.Chain.SetAutomineAsync(false);
        var (act, known) = (Allow(market), new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously));
        var run = act.RunAsync(wallet, pages.Watch, () => _ = act.Nonce is { } place && known.TrySetResult(place), Stop);
        var nonce = await known.Task.WaitAsync(Stop);
        await market.Chain.RequestAsync("eth_sendTransaction", new JsonObject
        {
            ["from"] = DevChain.Funded.ToString(), ["to"] = DevChain.Funded.ToString(), ["nonce"] = $"0x{nonce:x}", ["gasPrice"] = "0x2540be4000", ["value"] = "0x0",
        });
        await market.Chain.MineAsync();
        await run;
        Assert.Equal(WalletAct.Stage.Failed, act.Now);
        Assert.Contains("another transaction in place of this one", act.Trouble, StringComparison.Ordinal);
    }

    private static async Task<WalletSession> ConnectAsync(RandomMarket market)
    {
        var wallet = new WalletSession(new FakeBrowser(market.Chain, market.Deployment.ChainId), new(market.Deployment));
        await wallet.StartAsync(onDevnet: false);
        Assert.Null(await wallet.ConnectAsync(wallet.Wallets[0]));
        return wallet;
    }

    private static WalletAct Allow(RandomMarket market) =>
        new(DevChain.Funded, "Allow", "", [new WalletCall(market.Deployment.Token, MarketTokenCalls.Approve(market.Deployment.Market, 1), "allow")]);

    /// <summary>The part of a browser that waits for wallets, in the framework's own runtime, which gives up after a tenth of a second.</summary>
    private sealed class SlowBrowser : JSRuntime
    {
        private readonly Dictionary<string, long> _open = [];

        public SlowBrowser() => DefaultAsyncTimeout = TimeSpan.FromSeconds(0.1);

        public void Answer(string identifier, object? value) => DotNetDispatcher.EndInvokeJS(this, $"[{_open[identifier]},true,{JsonSerializer.Serialize(value, JsonSerializerOptions)}]");

        protected override void BeginInvokeJS(long taskId, string identifier, string? argsJson, JSCallResultType resultType, long targetInstanceId)
        {
            _open[identifier] = taskId;
            object? answer = identifier switch { "import" => new { __jsObjectId = 1 }, "list" => Array.Empty<WalletInfo>(), _ => null };
            if (identifier is not ("ask" or "never"))
            {
                Answer(identifier, answer);
            }
        }

        protected override void EndInvokeDotNet(DotNetInvocationInfo invocationInfo, in DotNetInvocationResult invocationResult)
        {
        }
    }
}
