using System.CommandLine;
using Market.Cli;
using Market.Onnx.Execution;

namespace Market.Node.Settings;

/// <summary>Where the canonical referee is: ONNX Runtime's WebAssembly build and Node.js, as npm packages (docs/referee.md).</summary>
public static class RefereeSettings
{
    private const string Package = "onnxruntime-web";

    public static Option<string?> Option { get; } = new("--referee") { Description = $"Folder of npm packages with the canonical referee. Default: the next {NpmPackages.Folder} above the program that has {Package}." };

    /// <summary>The referee that was named, or the one of the checkout that the program lies in.</summary>
    /// <exception cref="FailureException">None was named, and there is none above the program.</exception>
    /// <exception cref="WorkerException">A package is absent or another one than the pinned; the message says what to install.</exception>
    public static WebRuntime Find(ParseResult parsed) => WebRuntime.Find(parsed.GetValue(Option) ?? NpmPackages.Above(Package)
        ?? throw new FailureException($"No folder '{NpmPackages.Folder}' with {Package} above '{AppContext.BaseDirectory}': run scripts/setup, or name the folder with --referee or MARKET_REFEREE."));

    /// <summary>The referee that was named, or the one of the checkout; null if none was named and there is none.</summary>
    /// <exception cref="WorkerException">A package is absent or another one than the pinned; the message says what to install.</exception>
    public static WebRuntime? FindIfThere(ParseResult parsed) => (parsed.GetValue(Option) ?? NpmPackages.Above(Package)) is { } modules ? WebRuntime.Find(modules) : null;
}
