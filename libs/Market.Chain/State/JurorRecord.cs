using Market.Ethereum;

namespace Market.Chain.State;

/// <summary>A member of a committee.</summary>
/// <param name="Stake">Whose stake sits.</param>
/// <param name="Round">In which committee, from 1.</param>
public sealed record JurorRecord(uint Stake, byte Round)
{
    /// <summary>What it committed to, if it did.</summary>
    public Hash256? Commitment { get; init; }

    /// <summary>Whether its vote is open.</summary>
    public bool Opened => Digest is not null;

    /// <summary>Its vote: one bit for each point that it found wrong.</summary>
    public byte Wrong { get; init; }

    /// <summary>Its vote: SHA-256 of the canonical results of all points' tasks.</summary>
    public Hash256? Digest { get; init; }
}
