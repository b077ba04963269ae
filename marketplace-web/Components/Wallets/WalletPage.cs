using Market.Web.Components.Shared;
using Market.Web.Wallets;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Components.Wallets;

/// <summary>A page that acts with the viewer's wallet.</summary>
public abstract class WalletPage : WatchingPage
{
    [Inject]
    internal WalletSession Wallet { get; set; } = null!;

    /// <summary>What the person is about to do, or did last.</summary>
    internal WalletAct? Act { get; set; }

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
