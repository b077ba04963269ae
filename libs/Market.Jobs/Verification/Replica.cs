using Market.Jobs.Results;
using Market.Protocol.Ids;

namespace Market.Jobs.Verification;

/// <summary>A replica that is to be judged.</summary>
/// <param name="Seat">Its seat.</param>
/// <param name="Provider">Who executed.</param>
/// <param name="Class">In which declared class.</param>
/// <param name="Root">What it revealed.</param>
/// <param name="Outputs">What it served; null if it did not.</param>
/// <param name="Unserved">Whether it did not put a demanded leaf on chain in time either, which is proof of nothing to serve.</param>
public sealed record Replica(int Seat, StakeId Provider, DeterminismClassId Class, ResultRoot Root, ReplicaOutputs? Outputs, bool Unserved);
