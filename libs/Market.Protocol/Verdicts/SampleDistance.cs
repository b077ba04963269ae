using Market.Protocol.Ids;

namespace Market.Protocol.Verdicts;

/// <summary>How one replica's outputs of a sampled task lie from the verifier's own.</summary>
/// <param name="Seat">The seat's index.</param>
/// <param name="Output">The digest of the replica's outputs: a leaf under its root.</param>
/// <param name="RelativeL2">The largest relative L2 distance of any output.</param>
/// <param name="ScaledMaximum">The largest scaled maximum distance of any output.</param>
public sealed record SampleDistance(int Seat, OutputDigest Output, Distance RelativeL2, Distance ScaledMaximum);
