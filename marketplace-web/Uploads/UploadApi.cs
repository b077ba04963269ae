using System.Globalization;
using Market.Web.Visitors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Market.Web.Uploads;

/// <summary>Takes files in parts: announce one, put its parts one after the other, and ask where it stands to go on after a break.</summary>
internal static class UploadApi
{
    public const string Limit = "uploads";
    private const string Offset = "Upload-Offset";

    public static void Map(WebApplication app)
    {
        var uploads = app.MapGroup("/uploads/{token}").RequireRateLimiting(Limit).AddEndpointFilter(SameOrigin.RequireAsync).AddEndpointFilter(RefuseAsync).ExcludeFromDescription();
        uploads.MapPost("", Announce).WithMetadata(new RequestSizeLimitAttribute(1 << 16));
        uploads.MapMethods("/{file:int}", [HttpMethods.Head], Stands);
        uploads.MapPut("/{file:int}", PutAsync).WithMetadata(new RequestSizeLimitAttribute(UploadLimits.PartBytes));
    }

    private static IResult Announce(UploadStore store, HttpContext http, string token, Announcement file)
    {
        if (store.Find(token) is not { } session)
        {
            return Nothing();
        }

        var name = UploadSession.Clean(file.Name);
        try
        {
            var found = store.Announce(session, name, file.Bytes, Visitor.Of(http));
            session.ClearRefusals(name);
            session.Tell();
            return TypedResults.Ok(new Announced(found.Number, found.Received, UploadLimits.PartBytes));
        }
        catch (UploadRefusedException e)
        {
            session.Refuse(name, e.Message);
            throw;
        }
    }

    private static IResult Stands(UploadStore store, HttpContext http, string token, int file)
    {
        if (store.Find(token) is not { } session)
        {
            return Nothing();
        }

        if (session.Find(file) is not { } found)
        {
            return Removed();
        }

        Tell(http, found);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> PutAsync(UploadStore store, HttpContext http, string token, int file, long offset, CancellationToken stop)
    {
        if (store.Find(token) is not { } session)
        {
            return Nothing();
        }

        if (session.Find(file) is not { } found)
        {
            return Removed();
        }

        var taken = await store.AppendAsync(session, found, offset, http.Request.Body, stop);
        Tell(http, found);
        return taken ? TypedResults.NoContent() : TypedResults.Problem($"The part begins at {offset}, expected {found.Received}, where the file stands.", statusCode: StatusCodes.Status409Conflict);
    }

    /// <summary>With a body, so that no page is shown in its place.</summary>
    private static ProblemHttpResult Nothing() => TypedResults.Problem(T["This purchase is no longer here: what is not used for two hours goes."], statusCode: StatusCodes.Status404NotFound);

    /// <summary>Its owner does not want it any more: whoever sends it need not be told of a failure.</summary>
    private static ProblemHttpResult Removed() => TypedResults.Problem(T["The file was removed."], statusCode: StatusCodes.Status410Gone);

    private static void Tell(HttpContext http, UploadedFile file)
    {
        http.Response.Headers[Offset] = file.Received.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.CacheControl = "no-store";
    }

    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (UploadRefusedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.Status);
        }
        catch (BadHttpRequestException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.StatusCode);
        }
        catch (IOException) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.Problem(T["This server's disk takes no more now. Try again later."], statusCode: StatusCodes.Status507InsufficientStorage);
        }
    }

    internal sealed record Announcement(string? Name, long Bytes);

    internal sealed record Announced(int File, long Received, int Part);
}
