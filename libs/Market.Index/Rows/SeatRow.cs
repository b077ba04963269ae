using Market.Chain.State;
using Market.Protocol.Jobs;

namespace Market.Index.Rows;

/// <summary>A seat that somebody holds or lost: what a provider's own list shows.</summary>
public sealed record SeatRow
{
    /// <summary>The job's number.</summary>
    public required long Job { get; init; }

    /// <summary>Which seat.</summary>
    public required int Seat { get; init; }

    /// <summary>The stake that holds it; 0 for nobody.</summary>
    public required long Provider { get; init; }

    /// <summary>Where it stands.</summary>
    public required SeatState State { get; init; }

    /// <summary>The verdict on it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>How long its provider worked at most, in seconds, if it was accepted and the chain tells it: <see cref="JobRecord.WorkSeconds"/>.</summary>
    public required long? WorkSeconds { get; init; }
}
