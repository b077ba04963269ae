using Market.Protocol.Bundles;
using Market.Spread.Measuring;

namespace Market.Spread.Reports;

/// <summary>What was measured of one model.</summary>
/// <param name="Name">The model.</param>
/// <param name="Kind">What kind of net it is.</param>
/// <param name="Saturates">Whether its outputs are nearly 0 or 1 for most inputs, whatever is computed before.</param>
/// <param name="Weights">How many numbers it has learned, or was given.</param>
/// <param name="Samples">Inputs that the tolerance was derived from.</param>
/// <param name="Inputs">Inputs that all figures are of.</param>
/// <param name="Configurations">Ways of execution.</param>
/// <param name="Unrepeatable">Of these, such as gave other bits the second time.</param>
internal sealed record ModelResult(string Name, string Kind, bool Saturates, long Weights, int Samples, int Inputs, int Configurations, int Unrepeatable)
{
    /// <summary>Null where honest configurations lie too far apart: then results are compared in one class only, and bits must be equal.</summary>
    public required Tolerance? Tolerance { get; init; }

    /// <summary>All pairs of configurations; without a tolerance, each configuration with itself.</summary>
    public required Spectrum Honest { get; init; }

    /// <summary>Each cheat against all configurations; without a tolerance, against its own.</summary>
    public required IReadOnlyList<CheatResult> Cheats { get; init; }

    /// <summary>Weights of 16 bits under the tolerance of jobs that state none.</summary>
    public required Spectrum HalfAtDefault { get; init; }

    public CheatResult Of(string cheat) => Cheats.First(result => result.Name == cheat);
}
