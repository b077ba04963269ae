namespace Market.Web.Purchases;

/// <summary>Where the models are that apps bring along.</summary>
/// <param name="Folder">A folder of npm packages.</param>
internal sealed record AppModels(string Folder)
{
    /// <summary>The <c>node_modules</c> of the checkout that this program was built in; of another program, the one beside it.</summary>
    public static AppModels Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "node_modules")))
            {
                return new AppModels(Path.Combine(folder.FullName, "node_modules"));
            }
        }

        return new AppModels(Path.Combine(AppContext.BaseDirectory, "node_modules"));
    }
}
