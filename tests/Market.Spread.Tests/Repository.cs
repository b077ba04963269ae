namespace Market.Spread.Tests;

/// <summary>Where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Modules { get; } = Path.Combine(Root, "node_modules");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Market.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
