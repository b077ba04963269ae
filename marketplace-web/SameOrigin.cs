namespace Market.Web;

/// <summary>Lets only this site's own pages send something: browsers say from where a request comes.</summary>
internal static class SameOrigin
{
    /// <summary>Refuses what other sites' pages send, even if they learnt a token.</summary>
    public static ValueTask<object?> RequireAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var reads = HttpMethods.IsHead(request.Method) || HttpMethods.IsGet(request.Method);
        var own = reads || string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return own && site is "" or "same-origin"
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Problem(T["This is for this site's own pages only."], statusCode: StatusCodes.Status403Forbidden));
    }
}
