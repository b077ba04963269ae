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

    internal DisputeRecord WithJuror(uint stake, Func<JurorRecord, JurorRecord> change)
    {
        var index = Jurors.FindIndex(j => j.Stake == stake);
        return index >= 0
            ? this with { Jurors = Jurors.SetItem(index, change(Jurors[index])) }
            : throw new EthereumException($"An event names stake {stake} as a juror, which has no seat.");
    }
}
