using Market.Pages;

namespace Market.Spread.Reports;

/// <summary>What results look like to people: parts of docs/verification.md by name, and its picture.</summary>
internal sealed record Report(IReadOnlyDictionary<string, string> Parts, string Picture)
{
    public static readonly Document Verification = new("scripts/spread");

    public static Report Of(Results results) => new(
        new Dictionary<string, string>
        {
            ["summary"] = Tables.Summary(results),
            ["honest"] = Tables.Honest(results),
            ["cheats"] = Tables.Cheats(results),
            ["smallest"] = Tables.Smallest(results),
            ["processors"] = Tables.Processors(results),
        },
        DistancePicture.Of(results));

    public static string PageIn(string root) => Path.Combine(root, "docs", "verification.md");

    public static string PictureIn(string root) => Path.Combine(root, "docs", "images", "distances.svg");

    public void Write(string root)
    {
        File.WriteAllText(PageIn(root), Parts.Aggregate(File.ReadAllText(PageIn(root)), (page, part) => Verification.Write(page, part.Key, part.Value)));
        File.WriteAllText(PictureIn(root), Picture);
    }
}
