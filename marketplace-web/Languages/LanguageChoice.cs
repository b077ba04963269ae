using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Market.Web.Languages;

/// <summary>Which language somebody gets: the one chosen in the footer, which a cookie remembers, else the one that the browser asks for.</summary>
internal static class LanguageChoice
{
    private const string Cookie = "language";
    private const int LargestForm = 1 << 14;
    private const int MostAsked = 20;
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    /// <summary>Gives each request its language.</summary>
    public static void Use(WebApplication app)
    {
        app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, Language.English.Culture),
            SupportedCultures = [],
            SupportedUICultures = [.. Language.All.Select(language => language.Culture)],
            RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Cookie }, new CustomRequestCultureProvider(http => Task.FromResult(Asked(http)))],
        });
        app.Use((http, next) =>
        {
            // Taken now: when the answer starts, the request's language may be over.
            var language = Language.Now;
            http.Response.OnStarting(() => TellAsync(http.Response, language));
            return next(http);
        });
    }

    /// <summary>What the browser likes best of those that there are. Matched by its first part, since without language data no culture knows its parent: de-AT is German.</summary>
    private static ProviderCultureResult? Asked(HttpContext http) =>
        http.Request.GetTypedHeaders().AcceptLanguage.Take(MostAsked).OrderByDescending(asked => asked.Quality ?? 1)
            .Select(asked => Language.All.FirstOrDefault(language => asked.Value.Equals(language.Culture.Name, StringComparison.OrdinalIgnoreCase) || asked.Value.StartsWith(language.Culture.Name + "-", StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(language => language is not null) is { } found ? new ProviderCultureResult(found.Culture.Name) : null;

    /// <summary>Takes the choice, without scripts. Only this site's own pages have the token that the form needs.</summary>
    public static void Map(WebApplication app) =>
        app.MapPost("/language", Choose).WithMetadata(new RequestSizeLimitAttribute(LargestForm), new SkipStatusCodePagesAttribute()).ExcludeFromDescription();

    private static Results<RedirectHttpResult, ProblemHttpResult> Choose(HttpContext http, [FromForm] string language, [FromForm] string back)
    {
        if (Language.All.FirstOrDefault(l => l.Culture.Name == language) is not { } chosen || !RedirectHttpResult.IsLocalUrl(back))
        {
            return TypedResults.Problem("Expected one of this site's languages, and an address of this site to go back to.", statusCode: StatusCodes.Status400BadRequest);
        }

        http.Response.Cookies.Append(Cookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(chosen.Culture)), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Remembered,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        });
        return TypedResults.LocalRedirect(back);
    }

    /// <summary>Says of a page in which language it is, so that no cache gives it to whoever speaks another.</summary>
    private static Task TellAsync(HttpResponse response, Language language)
    {
        if (response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
        {
            response.Headers.ContentLanguage = language.Culture.Name;
            response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptLanguage, HeaderNames.Cookie);
        }

        return Task.CompletedTask;
    }
}
