using System.CommandLine;

namespace Market.Cli;

/// <summary>Runs a program's commands with settings, exit codes and endings that are the same for all programs.</summary>
public static class CommandLineProgram
{
    /// <summary>Print JSON: the answer and nothing else on standard output.</summary>
    public static Option<bool> JsonOption { get; } = new("--json") { Description = "Print the answer as JSON, and nothing else, on standard output.", Recursive = true };

    /// <summary>Runs the command that <paramref name="args"/> name and returns its exit code.</summary>
    /// <param name="root">The program's commands; gets <c>--json</c> and <c>--config</c>.</param>
    /// <param name="args">The command line.</param>
    /// <param name="expected">Whether an exception is one whose message alone helps the user: those of the project's libraries.</param>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args, Func<Exception, bool> expected)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(expected);
        root.Options.Add(JsonOption);
        root.Options.Add(Settings.ConfigOption);
        CommandExamples.AddTo(root);
        try
        {
            ParseResult parsed = root.Parse(Settings.Complete(root, args, Environment.GetEnvironmentVariable, DefaultConfigFile));
            if (parsed.Errors.Count > 0)
            {
                await Console.Error.WriteLineAsync(UsageError(root, parsed)).ConfigureAwait(false);
                return ExitCode.Usage;
            }

            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(20) }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Stopped;
        }
        catch (Exception e) when (e is FailureException or IOException or UnauthorizedAccessException || expected(e))
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>The folder that holds a person's keys, blobs and journals unless <c>--data</c> names another.</summary>
    public static string DefaultDataFolder { get; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".market");

    private static string UsageError(RootCommand root, ParseResult parsed)
    {
        IEnumerable<string> path = parsed.CommandResult.Command.Parents.OfType<Command>().Reverse().Append(parsed.CommandResult.Command).Select(c => c == root ? RootCommand.ExecutableName : c.Name);
        return $"error: {string.Join(' ', parsed.Errors.Select(e => e.Message).Distinct())} '{string.Join(' ', path)} --help' says what is expected.";
    }

    private static string DefaultConfigFile { get; } = Path.Combine(DefaultDataFolder, "config.json");
}
