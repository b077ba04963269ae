using Market.Spread.Measuring;

namespace Market.Spread.Reports;

/// <summary>What was measured of one cheat on one model.</summary>
/// <param name="Name">The cheat.</param>
/// <param name="Harmless">Tasks in which it gave the honest bits: nothing was wrong.</param>
/// <param name="Jobs">Times that somebody cheated so in all of the tasks and something was wrong, beside each configuration.</param>
/// <param name="Caught">Of these, in which at least one task was rejected.</param>
/// <param name="Distances">All others, against every configuration.</param>
internal sealed record CheatResult(string Name, int Harmless, int Jobs, int Caught, Spectrum Distances);
