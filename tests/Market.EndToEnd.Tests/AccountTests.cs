using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Market.Chain;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Ethereum.TypedData;
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
    private SendJournal? _journal;
    private TransactionSender? _sender;
    private int _sent;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string _web = "";
    private string? _refuse;
    private string _shownChain = "";
    private bool _batches;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _devnet = await Devnet.StartAsync(new DevnetOptions { Folder = _folder, Log = _log }, Stop);
        _chain = await _devnet.Deployment.ConnectAsync(null, Stop);
        _journal = SendJournal.Open(Path.Combine(_folder, "wallet.jsonl"), _devnet.Deployment.ChainId, _devnet.Requester.Key.Address);
        _sender = new TransactionSender(_chain, _devnet.Requester.Key, _journal);
        _shownChain = $"0x{_devnet.Deployment.ChainId:x}";
        _web = (await _devnet.StartWebAsync(Stop)).ToString();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser!.CloseAsync();
        _playwright!.Dispose();
        await _sender!.DisposeAsync();
        _journal!.Dispose();
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
        await Assertions.Expect(page.Locator("#tokens")).ToHaveTextAsync($"{await contract.TokensOfAsync(owner, Stop)} tokens");
        var (tokens, credit) = (await contract.TokensOfAsync(owner, Stop), await contract.CreditOfAsync(owner, Stop));

        await page.GetByLabel("Deposit").FillAsync("much");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'much' is no amount");
        await page.GetByLabel("Deposit").FillAsync("999999999");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("more than your wallet holds");

        await page.GetByLabel("Deposit").FillAsync("2.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        Assert.Empty((await page.RunAxe()).Violations);
        _refuse = "eth_signTypedData_v4";
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was sent");
        Assert.Equal(credit, await contract.CreditOfAsync(owner, Stop));
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        _refuse = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Deposit" }).ClickAsync();
        await DoAsync(page);
        var added = Units.Parse("2.5");
        await Assertions.Expect(page.Locator("#credit")).ToHaveTextAsync($"{credit + added} tokens");
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
        string[] asWorker = ["--data", folder, "--deployment", _devnet.DeploymentFile, "--password-file", _devnet.PasswordFile];
        var page = await OpenAsync(withWallet: true, "earn");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"market stake node {owner}")).ToBeVisibleAsync();
        Assert.Empty((await page.RunAxe()).Violations);

        var agreement = page.GetByLabel("It prints an agreement");
        await agreement.FillAsync("0x12");
        await agreement.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is no agreement");
        var others = (await Programs.MarketAsync(["stake", "node", Address.Zero.ToString(), "--json", .. asWorker])).Json();
        await agreement.FillAsync(others.GetProperty("agreement").GetString()!);
        await agreement.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is not with");
        var told = (await Programs.MarketAsync(["stake", "node", owner.ToString(), "--json", .. asWorker])).Json();
        await agreement.FillAsync(told.GetProperty("agreement").GetString()!);
        await agreement.PressAsync("Tab");
        var node = Address.Parse(told.GetProperty("node").GetString()!);
        await Assertions.Expect(page.GetByText($"Node {node} agrees to act for you")).ToBeVisibleAsync();

        // A wallet that batches asks once for the allowance and the stake (EIP-5792).
        _batches = true;
        await page.GetByLabel("Stake", new() { Exact = true }).FillAsync("0.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("too few");
        await page.GetByLabel("Stake", new() { Exact = true }).FillAsync("200");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stake" }).ClickAsync();
        await DoAsync(page);
        await Assertions.Expect(page.Locator("#staked")).ToHaveTextAsync("200 tokens");
        await Assertions.Expect(page.GetByText("Its node does not answer")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.GetByText("short of coin")).ToBeVisibleAsync();

        await _sender!.SendAsync("coin", new TransactionIntent { To = node, Value = System.Numerics.BigInteger.Pow(10, 18) }, Stop);
        using var worker = Programs.Start("market", ["provider", "run", "--stop-with-input", "--workers", "1", "--listen", "/ip4/127.0.0.1/tcp/0", .. asWorker]);
        await Assertions.Expect(page.GetByText("Its node answers in")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Assertions.Expect(page.GetByText("short of coin")).ToHaveCountAsync(0);
        Assert.Empty((await page.RunAxe()).Violations);
        await Programs.FinishAsync(worker);
    }

    [Fact]
    public async Task A_wallet_on_another_chain_is_asked_to_switch_and_one_that_leaves_is_missed()
    {
        _shownChain = "0x1";
        var page = await OpenAsync(withWallet: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your wallet is on another chain (1)")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch" }).ClickAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#tokens")).ToBeVisibleAsync();
        await page.EvaluateAsync("testWallet.leave()");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test wallet" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_browser_without_a_wallet_is_told_so()
    {
        var page = await OpenAsync(withWallet: false);
        await Assertions.Expect(page.GetByText("This browser has no wallet")).ToBeVisibleAsync();
        Assert.Empty((await page.RunAxe()).Violations);
    }

    private static async Task DoAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue in the wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByText(new Regex("^Done\\.$"))).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }

    private async Task<IPage> OpenAsync(bool withWallet, string path = "account")
    {
        var page = await _browser!.NewPageAsync();
        if (withWallet)
        {
            await page.ExposeFunctionAsync<string, Task<string>>("askChain", AnswerAsync);
            await page.AddInitScriptAsync("""
                window.testWallet = (() => {
                  const listeners = {};
                  const tell = (name, value) => (listeners[name] ?? []).forEach(act => act(value));
                  const provider = {
                    on: (name, act) => (listeners[name] ??= []).push(act),
                    removeListener: (name, act) => { listeners[name] = (listeners[name] ?? []).filter(other => other !== act); },
                    request: async question => {
                      const answer = JSON.parse(await askChain(JSON.stringify(question)));
                      if (answer.error) throw answer.error;
                      if (question.method === 'wallet_switchEthereumChain') tell('chainChanged', question.params[0].chainId);
                      return answer.result;
                    },
                  };
                  const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info: { uuid: crypto.randomUUID(), name: 'Test wallet', rdns: 'example.test', icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>' }, provider }) }));
                  addEventListener('eip6963:requestProvider', announce);
                  announce();
                  return { leave: () => tell('disconnect') };
                })();
                """);
        }

        await page.GotoAsync(_web + path);
        return page;
    }

    /// <summary>What the wallet does when it is asked.</summary>
    private async Task<string> AnswerAsync(string question)
    {
        var asked = JsonNode.Parse(question)!;
        var (method, parameters) = (asked["method"]!.GetValue<string>(), asked["params"] ?? new JsonArray());
        if (method == _refuse)
        {
            return """{"error":{"code":4001,"message":"no"}}""";
        }

        switch (method)
        {
            case "eth_requestAccounts" or "eth_accounts":
                return Result(new JsonArray(_devnet!.Requester.Key.Address.ToString().ToLowerInvariant()));
            case "eth_chainId":
                return Result(_shownChain);
            case "wallet_switchEthereumChain":
                _shownChain = parameters[0]!["chainId"]!.GetValue<string>();
                return Result(null);
            case "eth_signTypedData_v4":
                var hash = TypedDataDocument.Parse(parameters[1]!.GetValue<string>()).SigningHash();
                return Result(Hex.Encode(_devnet!.Requester.Key.Sign(hash).ToArray()));
            case "eth_sendTransaction":
                return Result((await SendAsync(parameters[0]!)).TransactionHash.ToString());
            case "wallet_getCapabilities" when _batches:
                return Result(new JsonObject { [parameters[1]![0]!.GetValue<string>()] = new JsonObject { ["atomic"] = new JsonObject { ["status"] = "supported" } } });
            case "wallet_sendCalls":
                foreach (var call in parameters[0]!["calls"]!.AsArray())
                {
                    await SendAsync(call!);
                }

                return Result(new JsonObject { ["id"] = "batch" });
            case "wallet_getCallsStatus":
                return Result(new JsonObject { ["id"] = "batch", ["status"] = 200 });
            default:
                return """{"error":{"code":4200,"message":"unknown"}}""";
        }
    }

    private Task<TransactionReceipt> SendAsync(JsonNode call) => _sender!.SendAsync(
        $"{_sent++}", new TransactionIntent { To = Address.Parse(call["to"]!.GetValue<string>()), Data = Hex.Decode(call["data"]!.GetValue<string>()) }, Stop);

    private static string Result(JsonNode? value) => JsonSerializer.Serialize(new { result = value });
}
