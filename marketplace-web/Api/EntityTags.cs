using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Market.Web.Api;

/// <summary>Lets clients ask whether anything happened: answers are the same until the next block, or until the model of a job becomes known.</summary>
internal sealed class EntityTags(MarketWatch watch) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (watch.State is not { } state)
        {
            return TypedResults.Problem(watch.Trouble ?? "The chain is being read.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var http = context.HttpContext;
        if (await watch.ProgressAsync(http.RequestAborted) is { IsComplete: false } index)
        {
            return TypedResults.Problem(string.Create(CultureInfo.InvariantCulture, $"The index is being built: {index.Done} of {index.Blocks} blocks are in it."), statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{state.Block}-{state.Time}-{watch.ModelsLearnt}\""), isWeak: true);
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.GetTypedHeaders().ETag = tag;
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : await next(context);
    }
}
