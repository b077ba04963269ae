using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Market.Web.Api;

/// <summary>
/// Lets clients ask whether anything happened: answers are the same until the next block, or until the model of a job becomes known;
/// those that tell what nodes say, until one says something.
/// </summary>
internal sealed class EntityTags(MarketWatch watch, PeerAnswers answers) : IEndpointFilter
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

        if (http.GetEndpoint()?.Metadata.GetMetadata<IsAskedNow>() is not null)
        {
            return await next(context);
        }

        var nodes = http.GetEndpoint()?.Metadata.GetMetadata<TellsOfNodes>() is null ? "" : "-" + answers.Edition;
        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{state.Block}-{state.Time}-{watch.ModelsLearnt}{nodes}\""), isWeak: true);
        http.Response.OnStarting(() => Tag(http.Response, tag));
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : await next(context);
    }

    /// <summary>What is not to be had now has no tag: it may be had before anything else changes.</summary>
    private static Task Tag(HttpResponse response, EntityTagHeaderValue tag)
    {
        response.Headers.CacheControl = "no-cache";
        response.GetTypedHeaders().ETag = response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified ? tag : null;
        return Task.CompletedTask;
    }
}

/// <summary>Marks answers that nodes give while they are waited for: nobody knows when they change.</summary>
internal sealed class IsAskedNow;

/// <summary>Marks answers in which nodes have a word: they change without a block.</summary>
internal sealed class TellsOfNodes;
