using System.ComponentModel;
using System.Globalization;
using Market.Chain.State;
using Market.Index;
using Market.Index.Reading;
using Market.Protocol.Jobs;
using Market.Web.Languages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Market.Web.Api;

/// <summary>What the pages show, for programs. Lists come in parts: ask for what follows with the <c>next</c> of the part before as cursor.</summary>
internal static class MarketApi
{
    /// <summary>The name of the limit that bounds how often one address may ask.</summary>
    public const string Limit = "api";

    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireRateLimiting(Limit).AddEndpointFilter(SpeakEnglishAsync).AddEndpointFilter<EntityTags>().AddEndpointFilter(RefuseAsync).WithTags("Market");
        api.MapGet("/jobs", JobsAsync).WithSummary("Jobs, the newest first.");
        api.MapGet("/jobs.csv", JobsCsv).WithSummary("All jobs of a filter as CSV, the newest first.");
        api.MapGet("/jobs/{id}", JobAsync).WithSummary("One job with its stages, its seats, its dispute and all that happened to it.");
        api.MapGet("/jobs/{id}/evidence", EvidenceAsync).ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary("What the verdict on a job rests on, checked against the digest on chain; 503 while its verifier does not serve it.");
        api.MapGet("/jobs/{id}/progress", ProgressAsync).WithMetadata(new IsAskedNow()).WithSummary("How far the nodes that execute a job say they are, for each seat that is claimed; they are asked now.");
        api.MapGet("/models", ModelsAsync).WithSummary("Models that jobs ran, those first for which providers were paid most; without jobs whose model is not known yet.");
        api.MapGet("/models.csv", (MarketWatch watch, ModelNames names, CancellationToken stop) => MarketCsv.Models(watch.Index, names, stop)).WithSummary("All models as CSV.");
        var nodes = api.MapGroup("").WithMetadata(new TellsOfNodes());
        nodes.MapGet("/providers", (MarketWatch watch, PeerAnswers answers, string? cursor, int? count, CancellationToken stop) => StakesAsync(watch, answers, StakeRole.Provider, cursor, count, stop)).WithSummary("Providers, the largest stake first.");
        nodes.MapGet("/providers.csv", (MarketWatch watch, PeerAnswers answers, CancellationToken stop) => MarketCsv.Stakes(watch.Index, answers, StakeRole.Provider, stop)).WithSummary("All providers as CSV.");
        nodes.MapGet("/verifiers", (MarketWatch watch, PeerAnswers answers, string? cursor, int? count, CancellationToken stop) => StakesAsync(watch, answers, StakeRole.Verifier, cursor, count, stop)).WithSummary("Verifiers, the largest stake first.");
        nodes.MapGet("/verifiers.csv", (MarketWatch watch, PeerAnswers answers, CancellationToken stop) => MarketCsv.Stakes(watch.Index, answers, StakeRole.Verifier, stop)).WithSummary("All verifiers as CSV.");
        nodes.MapGet("/stakes/{id:long}", StakeAsync).WithSummary("One provider or verifier, with what its node last answered this server.");
        api.MapGet("/stakes/{id:long}/seats", SeatsAsync).WithSummary("The seats that a provider holds or held, the newest first.");
        api.MapGet("/totals", async (MarketWatch watch, CancellationToken stop) => TotalsView.Of(await watch.Index.TotalsAsync(stop))).WithSummary("The market's numbers since its beginning.");
        api.MapGet("/hours", HoursAsync).WithSummary("What happened by the hour; hours without anything are left out.");
        api.MapGet("/hours.csv", HoursCsvAsync).WithSummary("What happened by the hour as CSV; hours without anything are left out.");
        api.MapGet("/search", async (MarketSearch search, [Description("An id, its beginning, an address, a stake's number, or a part of an app's or model's name.")] string q, CancellationToken stop) => await search.FindAsync(q, stop)).WithSummary("What an id, address or number names, and which apps and models are called so.");
    }

    private static async Task<Page<JobView>> JobsAsync(
        MarketWatch watch, JobState? state, string? requester, string? bundle, string? model, long? verifier, bool? disputed, string? cursor, int? count, CancellationToken stop)
    {
        var page = await watch.Index.JobsAsync(Filter(state, requester, bundle, model, verifier, disputed), cursor, count ?? 50, stop);
        return new Page<JobView>([.. page.Items.Select(JobView.Of)], page.Next);
    }

    private static PushStreamHttpResult JobsCsv(MarketWatch watch, JobState? state, string? requester, string? bundle, string? model, long? verifier, bool? disputed, CancellationToken stop) =>
        MarketCsv.Jobs(watch.Index, Filter(state, requester, bundle, model, verifier, disputed), stop);

    private static async Task<Results<Ok<JobDetailView>, NotFound>> JobAsync(MarketWatch watch, string id, CancellationToken stop) =>
        await watch.JobAsync(id, stop) is { } job
            ? TypedResults.Ok(JobDetailView.Of(job, await watch.Index.ModelOfAsync(job.Spec.Bundle.ToString(), stop), watch.State!))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<EvidenceView>, NotFound, ProblemHttpResult>> EvidenceAsync(HttpResponse response, MarketWatch watch, EvidenceAnswers answers, string id, CancellationToken stop)
    {
        if (await watch.JobAsync(id, stop) is not { Evidence: { } digest } job)
        {
            return TypedResults.NotFound();
        }

        if (await answers.OfAsync(job, stop) is { } evidence)
        {
            return TypedResults.Ok(EvidenceView.Of(evidence, digest));
        }

        response.Headers.RetryAfter = EvidenceAnswers.Pause.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem($"Verifier {job.Verifier} does not serve the evidence of its verdict, {digest}, now.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<SeatProgressView[]>, NotFound>> ProgressAsync(MarketWatch watch, ProgressWatch progress, string id, CancellationToken stop)
    {
        if (await watch.JobAsync(id, stop) is not { } job)
        {
            return TypedResults.NotFound();
        }

        var held = job.Seats.Index().Where(s => s.Item.State == SeatState.Claimed).Select(s => new ProgressWatch.HeldSeat(job.Id, s.Index, s.Item.Provider));
        return TypedResults.Ok(await Task.WhenAll(held.Select(async seat => SeatProgressView.Of(seat, await progress.AskAsync(seat, stop)))));
    }

    private static async Task<Page<ModelView>> ModelsAsync(MarketWatch watch, ModelNames names, string? cursor, int? count, CancellationToken stop)
    {
        var page = await watch.Index.ModelsAsync(cursor, count ?? 50, stop);
        return new Page<ModelView>([.. page.Items.Select(model => ModelView.Of(model, names))], page.Next);
    }

    private static async Task<Page<StakeView>> StakesAsync(MarketWatch watch, PeerAnswers answers, StakeRole role, string? cursor, int? count, CancellationToken stop)
    {
        var page = await watch.Index.StakesAsync(role, cursor, count ?? 50, stop);
        return new Page<StakeView>([.. page.Items.Select(s => StakeView.Of(s, answers))], page.Next);
    }

    private static async Task<Results<Ok<StakeView>, NotFound>> StakeAsync(MarketWatch watch, PeerAnswers answers, long id, CancellationToken stop) =>
        await watch.Index.StakeAsync(id, stop) is { } stake ? TypedResults.Ok(StakeView.Of(stake, answers)) : TypedResults.NotFound();

    private static async Task<Page<HeldSeatView>> SeatsAsync(MarketWatch watch, long id, string? cursor, int? count, CancellationToken stop)
    {
        var page = await watch.Index.SeatsAsync(id, cursor, count ?? 50, stop);
        return new Page<HeldSeatView>([.. page.Items.Select(HeldSeatView.Of)], page.Next);
    }

    private static async Task<IReadOnlyList<HourView>> HoursAsync(
        MarketWatch watch, [Description("Seconds since 1970.")] long from, [Description("Seconds since 1970; at most 366 days later.")] long until, CancellationToken stop)
    {
        const long Longest = 366L * 86_400;
        if (from < 0 || until < from || until - from > Longest)
        {
            throw new IndexException($"From {from} until {until} found, expected an ascending span of at most {Longest} seconds.");
        }

        return [.. (await watch.Index.HoursAsync(from / 3600, until / 3600, stop)).Select(HourView.Of)];
    }

    private static async Task<PushStreamHttpResult> HoursCsvAsync(
        MarketWatch watch, [Description("Seconds since 1970.")] long from, [Description("Seconds since 1970; at most 366 days later.")] long until, CancellationToken stop) =>
        MarketCsv.Hours(await HoursAsync(watch, from, until, stop), stop);

    private static JobFilter Filter(JobState? state, string? requester, string? bundle, string? model, long? verifier, bool? disputed) => new()
    {
        State = state,
        Requester = requester?.ToLowerInvariant(),
        Bundle = bundle?.ToLowerInvariant(),
        Model = string.IsNullOrWhiteSpace(model) ? null : model.ToLowerInvariant(),
        Verifier = verifier,
        Disputed = disputed,
    };

    /// <summary>What programs read is the same for all, whatever language the request asks for.</summary>
    private static async ValueTask<object?> SpeakEnglishAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        CultureInfo.CurrentUICulture = Language.English.Culture;
        return await next(context);
    }

    /// <summary>What was asked wrongly is told.</summary>
    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Response.StatusCode == StatusCodes.Status400BadRequest)
        {
            return TypedResults.Problem("A parameter is missing or of another kind than /openapi/v1.json says.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            return await next(context);
        }
        catch (IndexException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
