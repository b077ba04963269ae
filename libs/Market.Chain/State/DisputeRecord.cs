using System.Collections.Immutable;
using Market.Ethereum;
using Market.Protocol.Jobs;

namespace Market.Chain.State;

/// <summary>A dispute over a verdict, as the events tell it.</summary>
public sealed record DisputeRecord
{
    /// <summary>Where it stands.</summary>
    public DisputePhase Phase { get; init; } = DisputePhase.Filing;

    /// <summary>What is contested, in the order in which votes name it.</summary>
    public ImmutableArray<DisputePoint> Points { get; init; } = [];

    /// <summary>Which committee, from 1; 0 before the first is called.</summary>
    public byte Round { get; init; }

    /// <summary>How many members that committee has.</summary>
    public byte Size { get; init; }

    /// <summary>Who sat down, in all committees.</summary>
    public ImmutableList<JurorRecord> Jurors { get; init; } = [];

    /// <summary>The word of each committee that has spoken; null where it reached no majority. One bit for each point that it finds wrong.</summary>
    public ImmutableList<byte?> Decisions { get; init; } = [];

    /// <summary>The members of the present committee.</summary>
    public IEnumerable<JurorRecord> Committee => Jurors.Where(j => j.Round == Round);

    /// <summary>The membership of a stake, or null.</summary>
    public JurorRecord? JurorOf(uint stake) => Jurors.Find(j => j.Stake == stake);

    /// <summary>Whether nothing is left for a committee to decide at a time: each point is proven, or its trace was not shown in time.</summary>
    /// <param name="time">The chain's time.</param>
    public bool IsDecidedAt(ulong time) => Points.All(p => p.IsProven || (p.OwesTrace && time >= p.TraceDeadline));

    /// <summary>When the time for points, answers and proofs is over.</summary>
    /// <param name="deadline">Until when points can be filed.</param>
    /// <param name="window">The terms' window of disputes.</param>
    public ulong FilingEnds(uint deadline, uint window) =>
        Points.Any(p => p.Answer is not null && !p.IsProven) ? deadline + (2UL * window)
        : Points.Any(p => p.OwesTrace) ? deadline + (ulong)window
        : deadline;

    internal DisputeRecord WithPoint(byte point, Func<DisputePoint, DisputePoint> change) => point < Points.Length
        ? this with { Points = Points.SetItem(point, change(Points[point])) }
        : throw new EthereumException($"An event names point {point} of {Points.Length}.");

    internal DisputeRecord WithJuror(uint stake, Func<JurorRecord, JurorRecord> change)
    {
        var index = Jurors.FindIndex(j => j.Stake == stake);
        return index >= 0
            ? this with { Jurors = Jurors.SetItem(index, change(Jurors[index])) }
            : throw new EthereumException($"An event names stake {stake} as a juror, which has no seat.");
    }
}
