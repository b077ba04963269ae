using Market.Protocol.Ids;

namespace Market.Protocol.Models;

/// <summary>A determinism class, and how far it lies from the first one.</summary>
/// <param name="Class">Its id, as the self-test measured it.</param>
/// <param name="Name">Runtime, kernels and settings.</param>
/// <param name="Spread">The farthest over all samples.</param>
public sealed record ClassSpread(DeterminismClassId Class, string Name, SpreadFinding Spread);
