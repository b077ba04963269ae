using Market.Spread.Measuring;

namespace Market.Spread.Reports;

/// <summary>What was measured of one cheat on one model.</summary>
/// <param name="Name">The cheat.</param>
/// <param name="Harmless">Tasks in which it gave the honest bits: nothing was wrong.</param>
/// <param name="Distances">All others, against every configuration.</param>
internal sealed record CheatResult(string Name, int Harmless, Spectrum Distances);
