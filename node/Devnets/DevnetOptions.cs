using Market.Onnx.Execution;

namespace Market.Node.Devnets;

/// <summary>What a devnet consists of.</summary>
public sealed record DevnetOptions
{
    /// <summary>Session settings that give different bits: what differing machines do, on one.</summary>
    public static IReadOnlyList<SessionSettings> Numerics { get; } =
    [
        SessionSettings.Default,
        SessionSettings.Default with { Optimization = OptimizationLevel.All },
        SessionSettings.Default with { IntraOpThreads = 2 },
        SessionSettings.Default with { Optimization = OptimizationLevel.Extended },
        SessionSettings.Default with { Optimization = OptimizationLevel.Basic },
    ];

    /// <summary>How many providers.</summary>
    public int Providers { get; init; } = 3;

    /// <summary>How many verifiers.</summary>
    public int Verifiers { get; init; } = 1;

    /// <summary>The chain's port; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Where keys, stores and logs go.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets every line that the programs write, or null.</summary>
    public TextWriter? Log { get; init; }
}
