namespace Market.Tests;

/// <summary>The checkout that the tests were built in. Found from where they run: a reproducible build does not know where its sources lay.</summary>
internal static class Checkout
{
    public static string Root { get; } = Above(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The full path of a file or folder of the checkout.</summary>
    public static string At(string path) => Path.Combine(Root, path);

    private static string Above(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Market.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Market.sln above {AppContext.BaseDirectory}.");
    }
}
