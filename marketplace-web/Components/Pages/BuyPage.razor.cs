using Market.Apps;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Protocol.Money;
using Market.Web.Components.Wallets;
using Market.Web.Hosting;
using Market.Web.Purchases;
using Market.Web.Uploads;
using Market.Web.Wallets;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Market.Web.Components.Pages;

/// <summary>Buying, from files to the post. What was done is kept in the upload session, whose token is part of the address.</summary>
public partial class BuyPage : WalletPage
{
    private Apps.App? _app;
    private UploadSession? _session;
    private Protocol.Jobs.JobSpec? _spec;
    private Review? _review;
    private bool _preparing, _making;
    private string? _trouble, _before, _again, _step;

    /// <summary>What is looked at before it is signed.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Spec">As it would be posted.</param>
    /// <param name="Credit">What the requester has in the market.</param>
    /// <param name="Id">The job's id.</param>
    private sealed record Review(PreparedJob Job, Protocol.Jobs.JobSpec Spec, Units Credit, string Id);

    [Parameter]
    public string AppId { get; set; } = "";

    [Parameter]
    public string? Token { get; set; }

    /// <summary>The job whose outputs the next step works on.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    /// <summary>Given while somebody reviews, so that the browser's way back leads to the form.</summary>
    [SupplyParameterFromQuery]
    public string? Step { get; set; }

    /// <summary>Whose limits a purchase counts for.</summary>
    [CascadingParameter(Name = "Visitor")]
    public string Visitor { get; set; } = "";

    [Inject]
    internal UploadStore Uploads { get; set; } = null!;

    [Inject]
    internal JobOffice Office { get; set; } = null!;

    [Inject]
    internal JobHost Host { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal IJSRuntime Browser { get; set; } = null!;

    private UploadSession? Session => _session;

    /// <summary>Whether the purchase was posted, and its owner did not ask for another job.</summary>
    private bool IsPosted => _before is not null && _before != _again;

    protected override async Task OnParametersSetAsync()
    {
        _app = Apps.App.Find(AppId);
        if (_app is not null)
        {
            Use(Uploads.Find(Token) ?? (Token is null ? _session : null));
        }

        if (Step is null && _step is not null && Act is { Now: WalletAct.Stage.Review or WalletAct.Stage.Failed })
        {
            Act = null;
        }
        else if (Step is not null && Act is null)
        {
            // Reloaded, or come back to: what was reviewed is no longer here.
            Navigation.NavigateTo(Address(), replace: true);
        }

        _step = Step;
        await base.OnParametersSetAsync();
    }

    protected override async Task LoadAsync()
    {
        await TakeUpAsync();
        _before = await PostedAsync();
        // Another tab changed or posted what is looked at here.
        if (Act is { Now: WalletAct.Stage.Review } && (!ReferenceEquals(_review?.Job, _session?.Purchase.Job) || IsPosted))
        {
            Act = null;
            Navigation.NavigateTo(Address(), replace: true);
        }
    }

    /// <summary>The job as which this purchase was posted last, in whichever tab; null if it was not.</summary>
    private async Task<string?> PostedAsync()
    {
        foreach (var offered in _session?.Purchase.Offered ?? [])
        {
            if (offered.Bundle == _session!.Purchase.Job?.Hosted.Bundle && await Watch.JobAsync(offered.Id, Gone) is not null)
            {
                return offered.Id;
            }
        }

        return null;
    }

    private async Task TakeUpAsync()
    {
        if (_app is null || Token is null || After is null || await Watch.JobAsync(After, Gone) is not { } job
            || Host.Find(new(job.Spec.Bundle.ToArray())) is not { } hosted || hosted.Token != Token)
        {
            return;
        }

        Use(Uploads.Restore(Token, _app.Accepts, hosted.Names, Visitor));
        var purchase = _session!.Purchase;
        string[] earlier = [.. hosted.Earlier, job.Id.ToString()];
        if (!purchase.Earlier.SequenceEqual(earlier))
        {
            purchase.Continue(earlier, hosted.Settings, job.Spec.ToRules());
        }
    }

    protected override void Dispose(bool disposing)
    {
        Use(null);
        base.Dispose(disposing);
    }

    /// <summary>The address to which files go; a session begins with the first file.</summary>
    private string SessionOf()
    {
        if (_session is null)
        {
            Use(Uploads.Begin(_app!.Accepts, Visitor));
            Navigation.NavigateTo($"/buy/{AppId}/{_session!.Token}", replace: true);
        }

        return $"/uploads/{_session!.Token}";
    }

    private void Use(UploadSession? session)
    {
        if (ReferenceEquals(session, _session))
        {
            return;
        }

        _session?.Changed -= OnFiles;
        _session = session;
        _session?.Changed += OnFiles;
    }

    private void OnFiles() => Redraw();

    private void Set(AppSetting setting, string? value)
    {
        SessionOf();
        if (_session!.Purchase.Settings.GetValueOrDefault(setting.Id) != value)
        {
            _session.Purchase.Settings[setting.Id] = value ?? "";
            _session.Purchase.Reset();
            _session.Save();
        }
    }

    private void Order(Protocol.Jobs.JobSpec? spec)
    {
        _spec = spec;
        _session?.Save();
    }

    private async Task PrepareAsync()
    {
        var (session, purchase) = (_session!, _session!.Purchase);
        // Another file may have begun since the button was drawn.
        if (!session.IsWhole)
        {
            return;
        }

        (_preparing, _trouble) = (true, null);
        session.ClearRefusals();
        purchase.Reset();
        try
        {
            purchase.Job = await Office.PrepareAsync(_app!, session, Gone);
            if (!purchase.Draft.IsTouched && await MarketPrices.ReadAsync(Watch.Index, purchase.Job.Package.Model?.ToString(), Gone) is { } prices)
            {
                purchase.Draft.Reward = prices.Usual(purchase.Job.Package.Bundle.Tasks).ToString();
            }

            _before = await PostedAsync();
        }
        catch (AppException e)
        {
            purchase.Findings = e.Findings;
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _preparing = false;
            session.Tell();
        }
    }

    private async Task ReviewAsync()
    {
        _trouble = null;
        if (_spec is not { } spec || _session?.Purchase.Job is not { } job || Wallet.Account is not { } account || Watch.Contract is not { } contract || Watch.Peer is not { } peer || Watch.Trouble is not null)
        {
            _trouble = T["The chain or this server's node does not answer now. Try again in a moment."];
            return;
        }

        _before = await PostedAsync();
        if (IsPosted)
        {
            return;
        }

        if (!await JobHost.IsWholeAsync(peer, job.Hosted, Gone))
        {
            _session.Purchase.Reset();
            _trouble = T["The data is no longer here. Check the files again."];
            return;
        }

        try
        {
            await PlanAsync(contract, account, job, spec);
        }
        catch (EthereumException e)
        {
            _trouble = e.Message;
        }
    }

    /// <summary>What the wallet will sign: a deposit if credit does not suffice, and the post.</summary>
    private async Task PlanAsync(MarketContract contract, Address account, PreparedJob job, Protocol.Jobs.JobSpec spec)
    {
        var credit = await contract.CreditOfAsync(account, Gone);
        var posted = spec.ToContract(account, await contract.NonceOfAsync(account, Gone));
        var post = WalletCall.OfMarket(Watch, MarketCalls.Post(posted), T["post the job with {0} {0:token|tokens} in escrow", spec.Escrow()]);
        var missing = spec.Escrow() > credit ? spec.Escrow() - credit : Units.Zero;
        if (missing > await contract.TokensOfAsync(account, Gone))
        {
            _trouble = T["The job costs {0} {0:token|tokens}. You have {1} free in the market and {2} in your wallet.", spec.Escrow(), credit, await contract.TokensOfAsync(account, Gone)];
            return;
        }

        var risk = T["{0} {0:token leaves|tokens leave} your wallet. {1} {1:is|are} held for the job: accepted providers and the verifier are paid from {1:it|them}, the rest comes back.", missing, spec.Escrow()];
        var (deposit, permit) = missing == Units.Zero ? ([], null) : await WalletCall.DepositAsync(Watch, contract, account, missing, Gone);
        _review = new Review(job, spec, credit, (await contract.JobIdOfAsync(posted, Gone)).ToString());
        _session!.Purchase.Offer(job.Hosted.Bundle, _review.Id);
        _session.Save();
        Act = new WalletAct(account, T["Post the job"], risk, [.. deposit, post], permit);
        Navigation.NavigateTo(Address("review"));
    }

    /// <summary>This purchase's address.</summary>
    private string Address(string? step = null) => Navigation.GetUriWithQueryParameters(
        $"/buy/{AppId}/{_session?.Token ?? Token}", new Dictionary<string, object?> { ["after"] = After, ["step"] = step });

    private async Task LeaveAsync()
    {
        Act = null;
        if (Step is not null)
        {
            await Browser.InvokeVoidAsync("history.back");
        }
    }

    private void OnPosted() => Navigation.NavigateTo($"/jobs/{_review!.Id}?purchase={_session!.Token}");
}
