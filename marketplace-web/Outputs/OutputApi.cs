using Market.Jobs;
using Microsoft.AspNetCore.Http.Features;

namespace Market.Web.Outputs;

/// <summary>Lets everybody download what verdicts accepted.</summary>
internal static class OutputApi
{
    public const string Limit = "outputs";

    public static void Map(WebApplication app) =>
        app.MapGet("/jobs/{id}/outputs.zip", DownloadAsync).RequireRateLimiting(Limit).ExcludeFromDescription();

    private static async Task<IResult> DownloadAsync(MarketWatch watch, OutputShelf shelf, HttpContext http, string id, CancellationToken stop)
    {
        if (await watch.JobAsync(id, stop) is not { } job)
        {
            return TypedResults.NotFound();
        }

        try
        {
            var outputs = await shelf.GetAsync(job, stop);
            // A zip's own headers, of a few bytes each, are written without waiting.
            http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
            return TypedResults.Stream(body => OutputArchive.WriteAsync(body, watch.Deployment, job, outputs, stop), "application/zip", $"{job.Id}.zip");
        }
        catch (JobException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }
}
