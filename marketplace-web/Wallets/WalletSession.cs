using System.Globalization;
using System.Text.Json;
using Market.Ethereum;
using Microsoft.JSInterop;

namespace Market.Web.Wallets;

/// <summary>The wallet that a viewer connected, as far as the browser tells. What it says is a claim: the chain checks every signature.</summary>
public sealed class WalletSession(IJSRuntime browser, PublicDeployment deployment) : IAsyncDisposable
{
    private const int MostAccounts = 100;
    private readonly CancellationTokenSource _gone = new();
    private IJSObjectReference? _module;
    private DotNetObjectReference<WalletSession>? _self;

    /// <summary>Another account, another chain, or none any more.</summary>
    public event Action? Changed;

    /// <summary>The wallets of this browser.</summary>
    public IReadOnlyList<WalletInfo> Wallets { get; private set; } = [];

    /// <summary>Whether a throw-away wallet is among them, which only a devnet has.</summary>
    public bool OnDevnet { get; private set; }

    /// <summary>Whether the browser has been asked.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The connected account, or null.</summary>
    public Address? Account { get; private set; }

    /// <summary>The chain that the wallet is on.</summary>
    public ulong? Chain { get; private set; }

    /// <summary>Whether that is the market's.</summary>
    public bool OnMarketsChain => Chain == deployment.File.ChainId;

    /// <summary>The market's chain as wallets name it.</summary>
    public string ChainId => deployment.ChainId;

    /// <summary>Asks the browser for its wallets, and for the one that was connected before; asks no person.</summary>
    /// <param name="onDevnet">Whether to offer a throw-away wallet.</param>
    public async Task StartAsync(bool onDevnet)
    {
        if (_module is null)
        {
            _module = await browser.InvokeAsync<IJSObjectReference>("import", "/wallet.js");
            _self = DotNetObjectReference.Create(this);
        }

        if (onDevnet && !OnDevnet)
        {
            await browser.InvokeVoidAsync("import", "/devnet-wallet.js");
            OnDevnet = true;
        }

        Wallets = await _module.InvokeAsync<WalletInfo[]>("list");
        if (Account is null && await _module.InvokeAsync<WalletAnswer?>("restore", _self) is { Code: 0 } answer)
        {
            Take(answer);
        }

        IsReady = true;
        Changed?.Invoke();
    }

    /// <summary>Connects a wallet; says why not, or null.</summary>
    public async Task<string?> ConnectAsync(WalletInfo wallet)
    {
        var answer = await _module!.InvokeAsync<WalletAnswer>("connect", _gone.Token, wallet.Rdns, _self);
        if (answer.Code != 0)
        {
            return answer.Why;
        }

        Take(answer);
        Changed?.Invoke();
        return Account is null ? T["The wallet showed no account."] : null;
    }

    /// <summary>Forgets the wallet.</summary>
    public async Task DisconnectAsync()
    {
        await _module!.InvokeVoidAsync("disconnect");
        await AccountsChanged([]);
    }

    /// <summary>Asks the wallet for something, and waits for its owner as long as it takes; calls into a browser end after a minute unless something else can end them.</summary>
    public async Task<WalletAnswer> AskAsync(string method, params object[] parameters) =>
        await _module!.InvokeAsync<WalletAnswer>("ask", _gone.Token, method, JsonSerializer.Serialize(parameters));

    /// <summary>Whether the wallet does several calls as one, all or none (EIP-5792).</summary>
    public async Task<bool> CanBatchAsync()
    {
        var answer = await AskAsync("wallet_getCapabilities", Account!.ToString()!, new[] { ChainId });
        return answer.Read(json => json.EnumerateObject().FirstOrDefault(p => string.Equals(p.Name, ChainId, StringComparison.OrdinalIgnoreCase)).Value
            .GetProperty("atomic").GetProperty("status").GetString()) is "supported" or "ready";
    }

    /// <summary>Asks the wallet to change to the market's chain (EIP-3326), and to learn it first if it does not know it (EIP-3085); says why not, or null.</summary>
    public async Task<string?> SwitchChainAsync()
    {
        var answer = await AskAsync("wallet_switchEthereumChain", new { chainId = ChainId });
        if (answer.Code == WalletAnswer.ChainUnknown)
        {
            if (deployment.WalletRpc is not { } rpc)
            {
                return T["Your wallet does not know chain {0}, and this market names no endpoint for it. Add the chain in your wallet.", deployment.File.ChainId];
            }

            answer = await AskAsync("wallet_addEthereumChain", new
            {
                chainId = ChainId,
                chainName = $"Chain {deployment.File.ChainId}",
                rpcUrls = new[] { rpc.ToString() },
                nativeCurrency = new { name = "Ether", symbol = "ETH", decimals = 18 },
            });
            answer = answer.Code == 0 ? await AskAsync("wallet_switchEthereumChain", new { chainId = ChainId }) : answer;
        }

        return answer.Code == 0 ? null : answer.Why;
    }

    /// <summary>Called by the browser.</summary>
    [JSInvokable]
    public Task AccountsChanged(string[] accounts)
    {
        Account = accounts.Take(MostAccounts).Select(a => Address.TryParse(a.ToLowerInvariant(), out var found) ? found : (Address?)null).FirstOrDefault(a => a is not null);
        Chain = Account is null ? null : Chain;
        Changed?.Invoke();
        return Task.CompletedTask;
    }

    /// <summary>Called by the browser.</summary>
    [JSInvokable]
    public Task ChainChanged(string chain)
    {
        Chain = ChainOf(chain);
        Changed?.Invoke();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        _self?.Dispose();
        try
        {
            await (_module?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its module with it.
        }
    }

    private void Take(WalletAnswer answer)
    {
        var found = answer.Read(json => Tuple.Create(
            json.GetProperty("accounts").EnumerateArray().Take(1).Select(a => a.GetString()).FirstOrDefault(), json.GetProperty("chain").GetString()));
        Account = Address.TryParse(found?.Item1?.ToLowerInvariant(), out var account) ? account : null;
        Chain = ChainOf(found?.Item2);
    }

    private static ulong? ChainOf(string? text) =>
        text?.StartsWith("0x", StringComparison.Ordinal) == true && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;
}
