using System.Data.Common;
using System.Globalization;
using Market.Chain.State;
using Market.Index.Reading;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Components.Shared;

/// <summary>A page that shows the market's newest state as it comes.</summary>
public abstract class WatchingPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly CultureInfo _language = CultureInfo.CurrentUICulture;
    private bool _loading, _again;

    protected WatchingPage() => Gone = _gone.Token;

    [Inject]
    internal MarketWatch Watch { get; set; } = null!;

    /// <summary>The newest state; null before the first.</summary>
    protected MarketState? State => Watch.State;

    /// <summary>Ends with the page, and may be asked afterwards.</summary>
    protected CancellationToken Gone { get; }

    /// <summary>Reads what the page shows: first of all, when its address changes, and after each block.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <summary>Asks the index, once a block for all who look at the same.</summary>
    /// <param name="question">Names what is asked; see <see cref="SharedAnswers"/>.</param>
    /// <param name="ask">Asks.</param>
    internal Task<T> AskAsync<T>(object question, Func<IndexReader, Task<T>> ask) => Watch.Answers.AskAsync(question, () => ask(Watch.Index), Gone);

    protected override void OnInitialized() => Watch.Changed += Refresh;

    protected override Task OnParametersSetAsync() => LoadInTurnAsync();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Watch.Changed -= Refresh;
        _gone.Cancel();
        _gone.Dispose();
    }

    /// <summary>Reads and shows anew, in the viewer's language, whoever calls.</summary>
    protected void Refresh() => _ = InvokeAsync(async () =>
    {
        CultureInfo.CurrentUICulture = _language;
        await LoadInTurnAsync();
        StateHasChanged();
    });

    /// <summary>The same for what is here already.</summary>
    protected void Redraw() => _ = InvokeAsync(() =>
    {
        CultureInfo.CurrentUICulture = _language;
        StateHasChanged();
    });

    /// <summary>One at a time; however much happens meanwhile, once more is enough.</summary>
    private async Task LoadInTurnAsync()
    {
        if (_loading)
        {
            _again = true;
            return;
        }

        _loading = true;
        try
        {
            do
            {
                _again = false;
                if (State is not null)
                {
                    await LoadAsync();
                }
            }
            while (_again);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (DbException e)
        {
            Watch.Note(e);
        }
        finally
        {
            _loading = false;
        }
    }
}
