using System.ComponentModel;
using Market.Index.Reading;
using Market.Web.Languages;

namespace Market.Web;

/// <summary>Something that a search found.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Its id, root, address or number; of an app, the last part of its page's address.</param>
/// <param name="Title">What this server calls it, in English; null if it has no name.</param>
internal sealed record Found(
    [property: Description("App, Model, Job, Stake, Requester or Bundle.")] string Kind, string Name, [property: Description("This server's name for it; the chain has none.")] string? Title);

/// <summary>Finds what people type: apps and models by a part of what they are called, all else by what the index knows of it.</summary>
internal sealed class MarketSearch(MarketWatch watch, ModelNames names)
{
    public const string App = "App";
    private const int LeastLetters = 2;
    private const int MostLetters = 80;

    /// <param name="text">A name or a part of it in any language of the pages, an id, its beginning, an address, or a stake's number.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<Found>> FindAsync(string text, CancellationToken stop)
    {
        var known = await watch.Index.SearchAsync(text, stop);
        return [.. Called(text.Trim()), .. known.Select(hit => new Found(hit.Kind.ToString(), hit.Name, hit.Kind == HitKind.Model ? names.Of(hit.Name) : null))];
    }

    private IEnumerable<Found> Called(string text)
    {
        if (text.Length is < LeastLetters or > MostLetters || text.All(char.IsAsciiDigit))
        {
            return [];
        }

        var apps = Apps.App.All.Where(app => IsCalled(app.Title, text) || app.Models.Any(model => IsCalled(model.Name, text)));
        var models = names.All.Where(model => IsCalled(model.Value, text)).OrderBy(model => model.Value, StringComparer.Ordinal);
        return [.. apps.Select(app => new Found(App, app.Id, app.Title)), .. models.Select(model => new Found(nameof(HitKind.Model), model.Key, model.Value))];
    }

    private static bool IsCalled(string english, string text) => Language.All.Any(language => language.Texts[english].Contains(text, StringComparison.OrdinalIgnoreCase));
}
