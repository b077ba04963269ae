using Market.Protocol.Bundles;
using Market.Protocol.Verdicts;

namespace Market.Protocol.Models;

/// <summary>How far apart outputs were found.</summary>
/// <param name="RelativeL2">Relative L2 norm, as in <see cref="Tolerance"/>.</param>
/// <param name="ScaledMaximum">Scaled maximum, as in <see cref="Tolerance"/>.</param>
/// <param name="LargestDifference">Largest difference of two elements, not scaled by anything.</param>
/// <param name="ShareOfTolerance">What it takes of the report's tolerance, absolute floor included; above 1 it is beyond.</param>
public sealed record SpreadFinding(Distance RelativeL2, Distance ScaledMaximum, Distance LargestDifference, Distance ShareOfTolerance);
