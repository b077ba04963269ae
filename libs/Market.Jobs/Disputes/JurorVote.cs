using System.Collections.Immutable;
using System.Security.Cryptography;
using Market.Onnx.Digests;

namespace Market.Jobs.Disputes;

/// <summary>What a juror votes: the same for every honest juror, to the bit.</summary>
/// <param name="Points">What it found about each point, in the order of the dispute.</param>
public sealed record JurorVote(ImmutableArray<PointFinding> Points)
{
    /// <summary>One bit for each point, the first the lowest: set if the point's subject is wrong.</summary>
    public byte Wrong => (byte)Points.Select((point, i) => point.Wrong ? 1 << i : 0).Sum();

    /// <summary>SHA-256 over the digests of the points' canonical results: who did not execute does not know it.</summary>
    public Digest Digest => new(SHA256.HashData([.. Points.SelectMany(point => point.Canonical.ToArray())]));
}
