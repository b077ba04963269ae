namespace Market.Cli;

/// <summary>The npm packages of the checkout that a program lies in.</summary>
public static class NpmPackages
{
    /// <summary>What npm calls its folder.</summary>
    public const string Folder = "node_modules";

    /// <summary>The next folder of npm packages above this program that has a package; null if there is none.</summary>
    /// <param name="package">The package's name.</param>
    public static string? Above(string package)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var modules = Path.Combine(folder.FullName, Folder);
            if (Directory.Exists(Path.Combine(modules, package)))
            {
                return modules;
            }
        }

        return null;
    }
}
