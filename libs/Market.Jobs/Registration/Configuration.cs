using Market.Onnx.Execution;

namespace Market.Jobs.Registration;

/// <summary>One way in which an honest machine may run a model, as this machine can.</summary>
/// <param name="Name">What is special about it, for people.</param>
/// <param name="Settings">Session settings.</param>
/// <param name="Web">The WebAssembly build, or null for the native runtime.</param>
public sealed record Configuration(string Name, SessionSettings Settings, WebRuntime? Web = null)
{
    /// <summary>How jobs are run unless a provider says otherwise.</summary>
    public static Configuration Default { get; } = new("default settings", SessionSettings.Default);

    /// <summary>The default one, then all that may give other bits here: threads, optimization levels, prepacking, and the referee.</summary>
    /// <param name="web">The WebAssembly build if it is at hand.</param>
    public static IReadOnlyList<Configuration> AtHand(WebRuntime? web)
    {
        var settings = SessionSettings.Default;
        var unpacked = new Dictionary<string, string>(settings.Entries) { ["session.disable_prepacking"] = "1" };
        Configuration[] native =
        [
            Default,
            new("2 threads", settings with { IntraOpThreads = 2 }),
            new("optimization Basic", settings with { Optimization = OptimizationLevel.Basic }),
            new("optimization Extended", settings with { Optimization = OptimizationLevel.Extended }),
            new("optimization All", settings with { Optimization = OptimizationLevel.All }),
            new("no prepacking", settings with { Entries = unpacked }),
        ];
        return web is null ? native : [.. native, new("the WebAssembly build", settings, web)];
    }
}
