using Market.Chain;
using Market.Ethereum;
using Market.Web.Components.Shared;
using Market.Web.Wallets;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Components.Wallets;

/// <summary>A page that acts with the viewer's wallet.</summary>
public abstract class WalletPage : WatchingPage
{
    private Address? _read;
    private string? _unread;

    [Inject]
    internal WalletSession Wallet { get; set; } = null!;

    /// <summary>What the person is about to do, or did last.</summary>
    internal WalletAct? Act { get; set; }

    /// <summary>Whose wallet is connected, once what is theirs was read.</summary>
    protected Address? Owner => Wallet.OnMarketsChain && State is not null && _read == Wallet.Account ? _read : null;

    /// <summary>Stands in place of what is not read yet, and says why if the chain does not answer.</summary>
    protected RenderFragment? Reading => Wallet is not { Account: not null, OnMarketsChain: true } ? null : page =>
    {
        page.OpenElement(0, "p");
        page.AddAttribute(1, "class", "quiet");
        page.AddAttribute(2, "role", "status");
        page.AddContent(3, T["Reading what is yours…"]);
        page.AddContent(4, " ");
        page.OpenElement(5, "span");
        page.AddAttribute(6, "lang", "en");
        page.AddContent(7, _unread);
        page.CloseElement();
        page.CloseElement();
    };

    /// <summary>Reads what is theirs. What the chain does not answer is read with the next block.</summary>
    protected async Task ReadAsync(Func<Address, MarketContract, Task> read)
    {
        if (Wallet.Account is not { } account || Watch.Contract is not { } contract)
        {
            return;
        }

        try
        {
            await read(account, contract);
            (_read, _unread) = (account, null);
        }
        catch (EthereumException e)
        {
            _unread = e.Message;
        }
    }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Wallet.Changed += OnWallet;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && !Wallet.IsReady)
        {
            await Wallet.StartAsync(Watch.Devnet is not null);
        }
    }

    protected override void Dispose(bool disposing)
    {
        Wallet.Changed -= OnWallet;
        base.Dispose(disposing);
    }

    private void OnWallet() => Refresh();
}
