using System.Collections.Immutable;
using System.Numerics;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Verification;

/// <summary>What a judge found.</summary>
/// <param name="Reference">The seat with which the others are compared; none if there is no reference.</param>
/// <param name="Replicas">Every replica, by ascending seat.</param>
/// <param name="Samples">Every task that the judge executed, ascending.</param>
public sealed record Judgement(int? Reference, ImmutableArray<ReplicaFinding> Replicas, ImmutableArray<SampleFinding> Samples)
{
    /// <summary>The seats with an outcome, one bit each.</summary>
    public byte Mask(Outcome outcome) => (byte)Replicas.Where(r => r.Outcome == outcome).Sum(r => 1 << r.Seat);

    /// <summary>The task that each seat is refused or rejected by, 32 bits each, the first seat's the lowest; 0 where there is none to name.</summary>
    public BigInteger Tasks => Replicas.Aggregate(BigInteger.Zero, (word, r) => word | ((BigInteger)(r.Task ?? 0) << (32 * r.Seat)));
}
