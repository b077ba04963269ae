using System.ComponentModel;
using System.Globalization;
using System.Text;
using Market.Chain.State;
using Market.Index;
using Market.Index.Reading;
using Market.Protocol.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Market.Web.Api;

/// <summary>What the pages show, for programs. Lists come in parts: ask for what follows with the <c>next</c> of the part before as cursor.</summary>
internal static class MarketApi
{
    /// <summary>The name of the limit that bounds how often one address may ask.</summary>
    public const string Limit = "api";

    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireRateLimiting(Limit).AddEndpointFilter<EntityTags>().AddEndpointFilter(RefuseAsync).WithTags("Market");
        api.MapGet("/jobs", JobsAsync).WithSummary("Jobs, the newest first.");
        api.MapGet("/jobs.csv", JobsCsvAsync).WithSummary("All jobs of a filter as CSV, the newest first.");
        api.MapGet("/jobs/{id}", JobAsync).WithSummary("One job with its seats and all that happened to it.");
        api.MapGet("/models", ModelsAsync).WithSummary("Models that jobs ran, those first for which providers were paid most; without jobs whose model is not known yet.");
        api.MapGet("/providers", (MarketWatch watch, PeerAnswers answers, string? cursor, int? count, CancellationToken stop) => StakesAsync(watch, answers, StakeRole.Provider, cursor, count, stop)).WithSummary("Providers, the largest stake first.");
        api.MapGet("/verifiers", (MarketWatch watch, PeerAnswers answers, string? cursor, int? count, CancellationToken stop) => StakesAsync(watch, answers, StakeRole.Verifier, cursor, count, stop)).WithSummary("Verifiers, the largest stake first.");
        api.MapGet("/stakes/{id:long}", StakeAsync).WithSummary("One provider or verifier, with what its node last answered this server.");
        api.MapGet("/stakes/{id:long}/seats", SeatsAsync).WithSummary("The seats that a provider holds or held, the newest first.");
        api.MapGet("/totals", async (MarketWatch watch, CancellationToken stop) => TotalsView.Of(await watch.Index.TotalsAsync(stop))).WithSummary("The market's numbers since its beginning.");
        api.MapGet("/hours", HoursAsync).WithSummary("What happened by the hour; hours without anything are left out.");
        api.MapGet("/search", async (MarketSearch search, [Description("An id, its beginning, an address, a stake's number, or a part of an app's or model's name.")] string q, CancellationToken stop) => await search.FindAsync(q, stop)).WithSummary("What an id, address or number names, and which apps and models are called so.");
    }

    private static async Task<Page<JobView>> JobsAsync(
        MarketWatch watch, JobState? state, string? requester, string? bundle, string? model, long? verifier, bool? disputed, string? cursor, int? count, CancellationToken stop)
    {
        var page = await watch.Index.JobsAsync(Filter(state, requester, bundle, model, verifier, disputed), cursor, count ?? 50, stop);
        return new Page<JobView>([.. page.Items.Select(JobView.Of)], page.Next);
    }

    private static PushStreamHttpResult JobsCsvAsync(MarketWatch watch, JobState? state, string? requester, string? bundle, string? model, long? verifier, bool? disputed, CancellationToken stop)
    {
        var filter = Filter(state, requester, bundle, model, verifier, disputed);
        return TypedResults.Stream(body => WriteCsvAsync(watch.Index, filter, body, stop), "text/csv; charset=utf-8", "jobs.csv");
    }

    private static async Task WriteCsvAsync(IndexReader index, JobFilter filter, Stream body, CancellationToken stop)
    {
        await using var text = new StreamWriter(body, new UTF8Encoding(false));
        await text.WriteLineAsync("number,id,state,requester,bundle,tasks,replicas,price_units,volume_units,verifier,disputed,posted_at,started_at,judged_at,model,work_seconds,work_volume_units");
        string? cursor = null;
        do
        {
            var page = await index.JobsAsync(filter, cursor, IndexReader.MostItems, stop);
            foreach (var j in page.Items)
            {
                await text.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{j.Number},{j.Id},{j.State},{j.Requester},{j.Bundle},{j.Tasks},{j.Replicas},{j.Price},{j.Volume},{j.Verifier},{(j.Disputed ? "true" : "false")},{j.PostedAt},{j.StartedAt},{j.JudgedAt},{j.Model},{j.WorkSeconds},{j.WorkVolume}"));
            }

            await text.FlushAsync(stop);
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private static async Task<Results<Ok<JobDetailView>, NotFound>> JobAsync(MarketWatch watch, string id, CancellationToken stop) =>
        await watch.JobAsync(id, stop) is { } job ? TypedResults.Ok(JobDetailView.Of(job, await watch.Index.ModelOfAsync(job.Spec.Bundle.ToString(), stop))) : TypedResults.NotFound();

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

    private static JobFilter Filter(JobState? state, string? requester, string? bundle, string? model, long? verifier, bool? disputed) => new()
    {
        State = state,
        Requester = requester?.ToLowerInvariant(),
        Bundle = bundle?.ToLowerInvariant(),
        Model = string.IsNullOrWhiteSpace(model) ? null : model.ToLowerInvariant(),
        Verifier = verifier,
        Disputed = disputed,
    };

    /// <summary>What was asked wrongly is told.</summary>
    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
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
