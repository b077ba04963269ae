using Market.Chain.State;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Components.Shared;

/// <summary>A page that shows the market's newest state as it comes.</summary>
public abstract class WatchingPage : ComponentBase, IDisposable
{
    [Inject]
    internal MarketWatch Watch { get; set; } = null!;

    /// <summary>The newest state; null before the first.</summary>
    protected MarketState? State => Watch.State;

    protected override void OnInitialized() => Watch.Changed += Refresh;

    public void Dispose()
    {
        Watch.Changed -= Refresh;
        GC.SuppressFinalize(this);
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
