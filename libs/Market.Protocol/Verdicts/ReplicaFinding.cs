using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Protocol.Verdicts;

/// <summary>What a verifier found about one replica.</summary>
public sealed record ReplicaFinding
{
    /// <summary>The seat's index.</summary>
    public required int Seat { get; init; }

    /// <summary>Who executed.</summary>
    public required StakeId Provider { get; init; }

    /// <summary>In which declared class.</summary>
    public required DeterminismClassId DeterminismClass { get; init; }

    /// <summary>What it revealed.</summary>
    public required ResultRoot Root { get; init; }

    /// <summary>The verdict on it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Why.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>The same for people, with what was measured.</summary>
    public required string Detail { get; init; }

    /// <summary>How many tasks were compared with the reference element by element; 0 if the roots are equal.</summary>
    public required int TasksCompared { get; init; }

    /// <summary>The largest relative L2 distance to the reference.</summary>
    public required Distance RelativeL2 { get; init; }

    /// <summary>The largest scaled maximum distance to the reference.</summary>
    public required Distance ScaledMaximum { get; init; }

    /// <summary>The largest distance to the reference as a share of the tolerance, its absolute floor included: above 1 they disagree.</summary>
    public required Distance ShareOfTolerance { get; init; }

    /// <summary>The task with the largest share; none if all bits agree.</summary>
    public int? WorstTask { get; init; }

    /// <summary>
    /// Of a refused or rejected replica the task that shows it, at which a committee looks if the verdict is contested; none of an
    /// accepted one, nor of one that served nothing.
    /// </summary>
    public int? Task { get; init; }
}
