using Market.Ethereum;
using Market.Protocol.Jobs;

namespace Market.Chain.State;

/// <summary>One seat of a job, as the events tell it.</summary>
public sealed record SeatRecord
{
    /// <summary>A seat that nobody holds.</summary>
    public static SeatRecord Free { get; } = new();

    /// <summary>Where it stands.</summary>
    public SeatState State { get; init; }

    /// <summary>The stake that holds it, or that lost it by not revealing; 0 for none.</summary>
    public uint Provider { get; init; }

    /// <summary>When the result or commitment must be on chain, in seconds since 1970.</summary>
    public uint Due { get; init; }

    /// <summary>How often the seat was lost before.</summary>
    public uint Attempt { get; init; }

    /// <summary>The commitment, if one was made.</summary>
    public Hash256? Commitment { get; init; }

    /// <summary>The declared determinism class, once the result is revealed.</summary>
    public Hash256? Class { get; init; }

    /// <summary>The result root, once it is revealed.</summary>
    public Hash256? Root { get; init; }

    /// <summary>The task whose leaf is demanded and not answered yet.</summary>
    public uint? DemandedTask { get; init; }

    /// <summary>When the demanded leaf must be on chain, in seconds since 1970.</summary>
    public uint DemandDeadline { get; init; }

    /// <summary>Whether a demanded leaf was not served in time.</summary>
    public bool Unserved { get; init; }

    /// <summary>The verdict on it.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>The task by which a verdict refuses or rejects the result, as it says.</summary>
    public uint? DecidingTask { get; init; }

    /// <summary>Whether the result is on chain.</summary>
    public bool HasResult => Root is not null;
}
