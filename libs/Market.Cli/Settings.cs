using System.CommandLine;
using System.Text.Json;

namespace Market.Cli;

/// <summary>
/// Where an option's value comes from when it is not on the command line: the environment (<c>MARKET_RPC</c> for
/// <c>--rpc</c>), then the config file (key <c>rpc</c>), then the option's own default.
/// </summary>
public static class Settings
{
    private const string Prefix = "MARKET_";
    private const long LargestFile = 1 << 20;

    /// <summary>The option that names the config file; every program has it.</summary>
    public static Option<string?> ConfigOption { get; } = new("--config")
    {
        Description = "Config file: a JSON object whose keys are option names without dashes in front. Default: ~/.market/config.json, if there.",
        Recursive = true,
    };

    /// <summary>Adds to <paramref name="args"/> the options that the environment and the config file give and the command line does not.</summary>
    /// <param name="root">The program's commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="defaultFile">The config file that is read if it exists and none was named.</param>
    /// <exception cref="FailureException">The file is absent though named, is not JSON, or has a key that no option answers to.</exception>
    public static IReadOnlyList<string> Complete(RootCommand root, IReadOnlyList<string> args, Func<string, string?> environment, string defaultFile)
    {
        ParseResult given = root.Parse(args);
        if (given.CommandResult.Command.Action is null)
        {
            return args;
        }

        string? named = given.GetValue(ConfigOption) ?? environment(Prefix + "CONFIG");
        Dictionary<string, string[]> file = ReadFile(named ?? defaultFile, named is not null);
        HashSet<string> known = [.. AllCommands(root).SelectMany(c => c.Options).Select(Key)];
        foreach (string key in file.Keys.Where(k => !known.Contains(k)))
        {
            throw new FailureException($"'{named ?? defaultFile}' has the unknown key '{key}'; expected one of {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }

        List<string> completed = [.. args];
        foreach (Option option in OptionsOf(given).Where(o => given.GetResult(o) is null or { Implicit: true }))
        {
            string[]? values = environment(Prefix + Key(option).Replace('-', '_').ToUpperInvariant()) is string value ? [value] : file.GetValueOrDefault(Key(option));
            completed.AddRange((values ?? []).Select(v => $"{option.Name}={v}"));
        }

        return completed;
    }

    private static string Key(Option option) => option.Name.TrimStart('-');

    private static IEnumerable<Command> AllCommands(Command command) =>
        command.Subcommands.SelectMany(AllCommands).Prepend(command);

    private static IEnumerable<Option> OptionsOf(ParseResult given)
    {
        var inherited = given.CommandResult.Command.Parents.OfType<Command>().SelectMany(Ancestry).SelectMany(c => c.Options).Where(o => o.Recursive);
        return given.CommandResult.Command.Options.Concat(inherited).Where(o => o.Name is not ("--help" or "--version" or "--config")).Distinct();
    }

    private static IEnumerable<Command> Ancestry(Command command) =>
        command.Parents.OfType<Command>().SelectMany(Ancestry).Prepend(command);

    private static Dictionary<string, string[]> ReadFile(string path, bool mustExist)
    {
        if (!File.Exists(path))
        {
            return mustExist ? throw new FailureException($"No config file '{path}'.") : [];
        }

        long length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new FailureException($"Config file '{path}' has {length} bytes; expected at most {LargestFile}.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Values(path, p), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FailureException($"Config file '{path}' is not a JSON object with each key once: {e.Message}", e);
        }
    }

    private static string[] Values(string path, JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Array => [.. property.Value.EnumerateArray().Select(v => Text(path, property.Name, v))],
        _ => [Text(path, property.Name, property.Value)],
    };

    private static string Text(string path, string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new FailureException($"'{key}' in '{path}' is {value.ValueKind}; expected a string, a number, true, false or a list of those."),
    };
}
