using Market.Chain;
using Market.EndToEnd.Tests.RealWallet;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;
using Market.Node.Devnets;
using Market.Protocol.Money;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>An owner at work with a wallet that others wrote. It can neither switch chains when it is asked nor batch: <see cref="AccountTests"/> does that with our own.</summary>
public sealed class RealWalletTests : IAsyncLifetime
{
    private const ulong Other = 999;
    private readonly string _folder = Directory.CreateTempSubdirectory("market-wallet-").FullName;
    private readonly NodeLog _log = new();
    private Devnet? _devnet;
    private DevChain? _other;
    private EthereumClient? _chain;
    private IPlaywright? _playwright;
    private MetaMask? _wallet;
    private IPage? _page;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _devnet = await Devnet.StartAsync(new DevnetOptions { Folder = _folder, Log = _log }, Stop);
        _other = await DevChain.StartAsync(ChainProgram.Anvil, chainId: Other);
        _chain = await _devnet.Deployment.ConnectAsync(null, Stop);
        // It offers what 65 % of the newest 40 blocks took, in whole gwei, where an empty block counts as one: after the devnet's own transactions, which paid less, that was nothing.
        for (var block = 0; block < 40; block++)
        {
            await _chain.Rpc.CallAsync(RpcCall.Write("evm_mine"), Stop);
        }

        _playwright = await Playwright.CreateAsync();
        var rpc = new UriBuilder(_devnet.Deployment.Rpc!) { Scheme = Uri.UriSchemeHttp }.Uri;
        _wallet = await MetaMask.StartAsync(_playwright, Path.Combine(_folder, "metamask"), ("Devnet", _devnet.Deployment.ChainId, rpc), ("Other chain", Other, _other.Http));
        _page = await _wallet.OpenAsync(await _devnet.StartWebAsync(Stop) + "account");
    }

    public async ValueTask DisposeAsync()
    {
        await (_wallet?.DisposeAsync() ?? default);
        _playwright?.Dispose();
        await (_chain?.DisposeAsync() ?? default);
        await (_other?.DisposeAsync() ?? default);
        await (_devnet?.DisposeAsync() ?? default);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_real_MetaMask_connects_deposits_and_changes_its_chain_and_what_it_refuses_costs_nothing()
    {
        var (owner, contract, amount) = (DevChain.Funded, new MarketContract(_chain!, _devnet!.Deployment), Units.Parse("2.5"));
        var tokens = await contract.TokensOfAsync(owner, Stop);
        Assert.Equal(Units.Zero, await contract.CreditOfAsync(owner, Stop));

        await PressAsync("MetaMask");
        await _wallet!.AnswerAsync("Connect Request", "Cancel");
        await SaysAsync("main [role=alert]", "You refused it in the wallet. Nothing was sent.");
        await PressAsync("MetaMask");
        await _wallet.AnswerAsync("Connect Request", "Connect");
        await SaysAsync("#tokens", AccountTests.Shown(tokens));

        await DepositAsync("2.5");
        await _wallet.AnswerAsync("Signature Request", "Cancel");
        await SaysAsync("main [role=alert]", "You refused it in the wallet. Nothing was sent.");
        Assert.Equal(Units.Zero, await contract.CreditOfAsync(owner, Stop));
        await PressAsync("Close");

        await DepositAsync("2.5");
        await _wallet.AnswerAsync("Signature Request", "Sign");
        await _wallet.AnswerAsync("Contract Interaction", "Confirm");
        await SaysAsync(".act [role=status]", "Done.");
        await SaysAsync("#credit", "2.5 tokens");
        await SaysAsync("#tokens", AccountTests.Shown(tokens - amount));
        Assert.Equal((amount, tokens - amount), (await contract.CreditOfAsync(owner, Stop), await contract.TokensOfAsync(owner, Stop)));

        await _wallet.ChooseAsync("Other chain");
        await SaysAsync("[role=status]:has(button)", $"Your wallet is on another chain ({Other})");
        await Assertions.Expect(_page!.Locator("#tokens")).ToHaveCountAsync(0);
        await Assertions.Expect(_page.GetByRole(AriaRole.Button, new() { Name = "Switch" })).ToBeVisibleAsync();
        await _wallet.ChooseAsync("Devnet");
        await SaysAsync("#credit", "2.5 tokens");
        await _page.ReloadAsync();
        await SaysAsync("#credit", "2.5 tokens");
    }

    private Task PressAsync(string button) => _page!.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    private Task SaysAsync(string place, string text) => Assertions.Expect(_page!.Locator(place)).ToContainTextAsync(text);

    private async Task DepositAsync(string amount)
    {
        await _page!.GetByRole(AriaRole.Textbox, new() { Name = "Deposit" }).FillAsync(amount);
        await PressAsync("Deposit");
        await PressAsync("Continue in the wallet");
    }
}
