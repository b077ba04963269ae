using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Market.Chain;
using Market.Demo.Buying;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Node.Devnets;
using Market.Protocol.Money;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>An owner at work with the wallet of a real Chromium: it announces itself (EIP-6963), signs with the owner's key, and answers as EIP-1193 says.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-account-").FullName;
    private readonly NodeLog _log = new();
    private Devnet? _devnet;
    private EthereumClient? _chain;
    private InjectedWallet? _wallet;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string _web = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _devnet = await Devnet.StartAsync(new DevnetOptions { Folder = _folder, Log = _log }, Stop);
        _chain = await _devnet.Deployment.ConnectAsync(null, Stop);
        _wallet = new InjectedWallet(_chain, _devnet.Deployment, _devnet.Requester.Key, Path.Combine(_folder, "wallet.jsonl"), Stop);
        _web = (await _devnet.StartWebAsync(Stop)).ToString();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.StartAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser!.CloseAsync();
        _playwright!.Dispose();
        await _wallet!.DisposeAsync();
        await _chain!.DisposeAsync();
        await _devnet!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Money_goes_into_the_market_and_back_and_refusals_cost_nothing()
    {
        var (owner, contract) = (_devnet!.Requester.Key.Address, new MarketContract(_chain!, _devnet.Deployment));
        var page = await OpenAsync(withWallet: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToHaveTextAsync(Shown(await contract.TokensOfAsync(owner, Stop)));
        var (tokens, credit) = (await contract.TokensOfAsync(owner, Stop), await contract.CreditOfAsync(owner, Stop));

        await page.GetByLabel("Deposit").FillAsync("much");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'much' is no amount");
        await page.GetByLabel("Deposit").FillAsync("999999999");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("more than your wallet holds");

        await page.GetByLabel("Deposit").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await Axe.FindsNothingInAnyLookAsync(page);
        _wallet!.Refuses = "eth_signTypedData_v4";
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was sent");
        Assert.Equal(credit, await contract.CreditOfAsync(owner, Stop));
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        _wallet!.Refuses = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await DoAsync(page);
        var added = Units.Parse("2.5");
        await Assertions.Expect(page.Locator("#credit")).ToHaveTextAsync(Shown(credit + added));
        Assert.Equal(tokens - added, await contract.TokensOfAsync(owner, Stop));

        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await DoAsync(page);
        await Assertions.Expect(page.Locator("#credit")).ToHaveTextAsync("0 tokens");
        Assert.Equal(tokens + credit, await contract.TokensOfAsync(owner, Stop));
    }

    [Fact]
    public async Task Who_never_staked_is_guided_from_a_wallet_to_a_node_that_answers()
    {
        var (owner, folder) = (_devnet!.Requester.Key.Address, Path.Combine(_folder, "worker"));
        string[] asWorker = ["--data", folder, "--password-file", _devnet.PasswordFile];
        var page = await OpenAsync(withWallet: true, "earn");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        var told = (await page.Locator("#commands").InnerTextAsync()).Split('\n');
        Assert.Equal(($"curl --create-dirs --output ~/.market/deployment.json {_web}deployment.json", $"market stake node {owner}"), (told[0], told[1]));
        using (var http = new HttpClient())
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, "deployment.json"), await http.GetByteArrayAsync(new Uri(_web + "deployment.json"), Stop), Stop);
        }

        await Axe.FindsNothingInAnyLookAsync(page);

        var agreement = page.GetByLabel("It prints an agreement");
        await agreement.FillAsync("0x12");
        await agreement.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is no agreement");
        var others = (await Programs.MarketAsync(["stake", "node", Address.Zero.ToString(), "--json", .. asWorker])).Json();
        await agreement.FillAsync(others.GetProperty("agreement").GetString()!);
        await agreement.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is not with");
        var agreed = (await Programs.MarketAsync(["stake", "node", owner.ToString(), "--json", .. asWorker])).Json();
        await agreement.FillAsync(agreed.GetProperty("agreement").GetString()!);
        await agreement.PressAsync("Tab");
        var node = Address.Parse(agreed.GetProperty("node").GetString()!);
        await Assertions.Expect(page.GetByText($"Node {node} agrees to act for you")).ToBeVisibleAsync();

        // A wallet that batches asks once for the allowance and the stake (EIP-5792).
        _wallet!.Batches = true;
        await page.GetByLabel("Stake", new() { Exact = true }).FillAsync("0.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("too few");
        await page.GetByLabel("Stake", new() { Exact = true }).FillAsync("200");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake" }).ClickAsync();
        var sends = _wallet.Holds = new HeldAnswer("wallet_sendCalls");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText("asks you to confirm")).ToBeVisibleAsync();
        await sends.Asked.WaitAsync(Stop);
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        sends.Give();
        await Assertions.Expect(page.Locator("section.act [role=alert]")).ToContainTextAsync("connect it again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText(new Regex("^Done\\.$"))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(page.Locator("#staked")).ToHaveTextAsync("200 tokens");
        await Assertions.Expect(page.GetByText("Its node does not answer")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("market provider run", new() { Exact = true }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("short of coin")).ToBeVisibleAsync();

        await _wallet.SendAsync(new TransactionIntent { To = node, Value = BigInteger.Pow(10, 18) });
        string[] run = ["provider", "run", "--stop-with-input", "--workers", "1", "--region", "DE-BE", "--listen", "/ip4/127.0.0.1/tcp/0", .. asWorker];
        using var worker = Programs.Start("market", run);
        await Assertions.Expect(page.GetByText("Its node answers in")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("short of coin")).ToHaveCountAsync(0);
        await SetLeastRewardAsync(page, "0.35");
        await Axe.FindsNothingInAnyLookAsync(page);
        await DoAsync(page);
        await Assertions.Expect(page.GetByText("0.35 tokens", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Free on its disk")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("DE-BE", new() { Exact = true })).ToBeVisibleAsync();
        await Screenshots.TakeAsync(page, "earn");
        await Axe.FindsNothingInAnyLookAsync(page);
        await Programs.FinishAsync(worker);

        // Who starts it with a price of its own keeps that, and no disk has room for as much as this one may store.
        using var greedy = Programs.Start("market", [.. run, "--least-reward", "0.4", "--store-gib", "1000000"]);
        await Assertions.Expect(page.GetByText("0.4 tokens", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(new Regex("The node's disk has [0-9,.]+ GiB free, and its store may still take [0-9,.]+ GiB"));
        await Axe.FindsNothingAsync(page);
        await SetLeastRewardAsync(page, "0.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.Locator("section.act [role=alert]")).ToContainTextAsync("It was started with --least-reward 0.4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Programs.FinishAsync(greedy);
        Assert.Equal(0, (await Programs.MarketAsync(["provider", "refusals", "--json", .. asWorker])).Json().GetArrayLength());

        await page.GetByLabel("Take from your stake").FillAsync("50");
        await page.GetByRole(AriaRole.Button, new() { Name = "Unbond" }).ClickAsync();
        await DoAsync(page);
        await Assertions.Expect(page.Locator("#staked")).ToHaveTextAsync("150 tokens");
        await Assertions.Expect(page.GetByText(new Regex(@"50 tokens leave and are free from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC on"))).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take them" })).ToBeDisabledAsync();
        await Axe.FindsNothingInAnyLookAsync(page);
    }

    [Fact]
    public async Task A_wallet_on_another_chain_is_asked_to_switch_and_one_that_leaves_is_missed()
    {
        _wallet!.Chain = "0x1";
        var page = await OpenAsync(withWallet: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your wallet is on another chain (1)")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToHaveCountAsync(0);
        _wallet.KnowsChain = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch" }).ClickAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToBeVisibleAsync();
        var rpc = new UriBuilder(_devnet!.Deployment.Rpc!) { Scheme = Uri.UriSchemeHttp }.Uri.ToString();
        Assert.Equal(("0x7a69", rpc), (_wallet.Added!["chainId"]!.GetValue<string>(), _wallet.Added["rpcUrls"]![0]!.GetValue<string>()));
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToBeVisibleAsync();
        await page.EvaluateAsync("testWallet.leave()");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wallet_that_leaves_while_it_is_asked_signs_nothing_for_another_account_and_what_it_sent_is_followed()
    {
        var (owner, contract) = (_devnet!.Requester.Key.Address, new MarketContract(_chain!, _devnet.Deployment));
        var (page, alert) = (await OpenAsync(withWallet: true), "section.act [role=alert]");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await page.GetByLabel("Deposit").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await page.EvaluateAsync($"testWallet.show('{Address.Zero}')");
        await Assertions.Expect(page.Locator(alert)).ToContainTextAsync($"not connected with {owner}");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" })).ToBeDisabledAsync();

        // The signature comes, but for an account that is no longer there: nothing follows it.
        var signs = _wallet!.Holds = new HeldAnswer("eth_signTypedData_v4");
        await page.EvaluateAsync($"testWallet.show('{owner}')");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText("asks you to confirm")).ToBeVisibleAsync();
        await signs.Asked.WaitAsync(Stop);
        await page.EvaluateAsync("testWallet.leave()");
        await Assertions.Expect(page.Locator(alert)).ToContainTextAsync("may never answer");
        await Axe.FindsNothingAsync(page);
        signs.Give();
        await Assertions.Expect(page.Locator(alert)).ToContainTextAsync("nothing else was sent");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        Assert.Equal(Units.Zero, await contract.CreditOfAsync(owner, Stop));

        // What the wallet did send is followed to its block, also after it left.
        var sends = _wallet.Holds = new HeldAnswer("eth_sendTransaction");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await page.GetByLabel("Deposit").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText("asks you to confirm")).ToBeVisibleAsync();
        await sends.Asked.WaitAsync(Stop);
        await page.EvaluateAsync("testWallet.leave()");
        await Assertions.Expect(page.Locator(alert)).ToContainTextAsync("may never answer");
        sends.Give();
        await Assertions.Expect(page.GetByText(new Regex("^Done\\.$"))).ToBeVisibleAsync();
        Assert.Equal(Units.Parse("2.5"), await contract.CreditOfAsync(owner, Stop));
    }

    [Fact]
    public async Task Who_has_no_wallet_gets_a_throw_away_one_with_play_money_and_is_asked_before_it_signs()
    {
        var (page, contract) = (await OpenAsync(withWallet: false), new MarketContract(_chain!, _devnet!.Deployment));
        List<string?> sent = [];
        page.Request += (_, request) => sent.Add(request.PostData);
        var throwAway = page.GetByRole(AriaRole.Button, new() { Name = "Throw-away wallet of this devnet" });
        await throwAway.ClickAsync();
        await AnswerAsync(page, "Make a throw-away wallet?", "Refuse");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was sent");
        Assert.Null(await page.EvaluateAsync<string?>("localStorage.getItem('market-devnet-wallet')"));

        await throwAway.ClickAsync();
        await AnswerAsync(page, "Make a throw-away wallet?", "Make it");
        await Assertions.Expect(page.Locator("#tokens")).ToHaveTextAsync("1,000 tokens");
        var kept = JsonDocument.Parse(await page.EvaluateAsync<string>("localStorage.getItem('market-devnet-wallet')")).RootElement;
        var owner = Address.Parse(kept.GetProperty("address").GetString()!);
        Assert.Equal(BigInteger.Pow(10, 18), await _chain!.GetBalanceAsync(owner, default, Stop));

        await page.GetByLabel("Deposit").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await AnswerAsync(page, "Sign “Permit”?", "Sign");
        await AnswerAsync(page, "Send a transaction?", "Refuse");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was sent");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        Assert.Equal(Units.Zero, await contract.CreditOfAsync(owner, Stop));

        await page.ReloadAsync();
        await page.GetByLabel("Deposit").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await DoAsync(page, ["Sign “Permit”?", "Sign", "Send a transaction?", "Send"]);
        await Assertions.Expect(page.Locator("#credit")).ToHaveTextAsync("2.5 tokens");
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await DoAsync(page, ["Send a transaction?", "Send"]);
        await Assertions.Expect(page.Locator("#tokens")).ToHaveTextAsync("1,000 tokens");
        var key = kept.GetProperty("key").GetString()![2..];
        Assert.NotEmpty(sent.OfType<string>());
        Assert.DoesNotContain(sent.OfType<string>(), body => body.Contains(key, StringComparison.OrdinalIgnoreCase));
    }

    internal static string Shown(Units amount) => (amount.Value / (decimal)Units.PerToken).ToString("#,0.#########", CultureInfo.InvariantCulture) + " tokens";

    private static async Task SetLeastRewardAsync(IPage page, string tokens)
    {
        await page.GetByLabel("Least reward for a seat").FillAsync(tokens);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
    }

    /// <summary>Answers what the throw-away wallet asks, which everybody can read.</summary>
    private static async Task AnswerAsync(IPage page, string question, string answer)
    {
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = question });
        await Assertions.Expect(dialog).ToContainTextAsync("worthless money, key in this browser");
        await Axe.FindsNothingAsync(page);
        await dialog.GetByRole(AriaRole.Button, new() { Name = answer, Exact = true }).ClickAsync();
    }

    private static async Task DoAsync(IPage page, params string[] asked)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        foreach (var question in asked.Chunk(2))
        {
            await AnswerAsync(page, question[0], question[1]);
        }

        await Assertions.Expect(page.GetByText(new Regex("^Done\\.$"))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }

    private async Task<IPage> OpenAsync(bool withWallet, string path = "account")
    {
        var page = await _browser!.NewPageAsync();
        page.SetDefaultTimeout(Chromium.Patience);
        if (withWallet)
        {
            await _wallet!.InjectAsync(page);
        }

        await page.GotoAsync(_web + path);
        return page;
    }
}
