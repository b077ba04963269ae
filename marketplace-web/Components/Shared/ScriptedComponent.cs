using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Market.Web.Components.Shared;

/// <summary>A component with a JavaScript module, which is attached to its elements once and calls it back.</summary>
public abstract class ScriptedComponent : ComponentBase, IAsyncDisposable
{
    private IJSObjectReference? _module;
    private DotNetObjectReference<ScriptedComponent>? _self;

    [Inject]
    internal IJSRuntime Browser { get; set; } = null!;

    /// <summary>Whether the module is attached: what happens on the elements earlier, it does not see.</summary>
    protected bool IsAttached { get; private set; }

    /// <summary>The module's address; it exports <c>attach</c>.</summary>
    protected abstract string Module { get; }

    /// <summary>What <c>attach</c> gets, before the reference by which it calls back.</summary>
    protected abstract object[] AttachedTo { get; }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
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

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Browser.InvokeAsync<IJSObjectReference>("import", Module);
            await _module.InvokeVoidAsync("attach", [.. AttachedTo, _self]);
            IsAttached = true;
            StateHasChanged();
        }
    }
}
