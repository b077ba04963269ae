using Market.Web.Hosting;

namespace Market.Web.Purchases;

/// <summary>Shows the pictures of a purchase to whoever knows its token, as the confined decoder drew them: never a file as it was sent.</summary>
internal static class PictureApi
{
    public const string Limit = "pictures";

    public static void Map(WebApplication app) =>
        app.MapGet("/jobs/{id}/pictures/{number:int}", ShowAsync).RequireRateLimiting(Limit).ExcludeFromDescription();

    /// <summary>The address of one.</summary>
    public static string AddressOf(string job, int number, string token) => $"/jobs/{job}/pictures/{number}?purchase={token}";

    private static async Task<IResult> ShowAsync(MarketWatch watch, JobHost host, JobOffice office, HttpContext http, string id, int number, string? purchase, CancellationToken stop)
    {
        if (await watch.JobAsync(id, stop) is not { } job || host.Find(new(job.Spec.Bundle.ToArray())) is not { } hosted || hosted.Token != purchase
            || await office.ShowAsync(hosted, number, stop) is not { } path)
        {
            return TypedResults.Problem("There is no such picture, or no longer.", statusCode: StatusCodes.Status404NotFound);
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return TypedResults.PhysicalFile(path, "image/jpeg");
    }
}
