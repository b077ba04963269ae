using Market.Chain.State;

namespace Market.Index.Rows;

/// <summary>A stake and its node.</summary>
/// <remarks>Amounts are in units; more than 2^63 are shown as that many.</remarks>
public sealed record StakeRow
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>For what it is drawn.</summary>
    public required StakeRole Role { get; init; }

    /// <summary>Who owns it, in lower case.</summary>
    public required string Owner { get; init; }

    /// <summary>The key that acts for it, in lower case.</summary>
    public required string NodeKey { get; init; }

    /// <summary>Where the node is found, as it says: addresses of libp2p, or nothing.</summary>
    public required string Addresses { get; init; }

    /// <summary>SHA-256 of the node's profile, or nothing.</summary>
    public required string Profile { get; init; }

    /// <summary>What is bonded.</summary>
    public required long Amount { get; init; }

    /// <summary>What running jobs hold of it.</summary>
    public required long Locked { get; init; }

    /// <summary>What it earned and its owner has not withdrawn.</summary>
    public required long Credit { get; init; }

    /// <summary>What leaves.</summary>
    public required long Unbonding { get; init; }

    /// <summary>When what leaves can be withdrawn, in seconds since 1970.</summary>
    public required long UnbondingUntil { get; init; }

    /// <summary>Whether fraud cost it everything.</summary>
    public required bool Slashed { get; init; }

    /// <summary>Seats that were paid.</summary>
    public required int Accepted { get; init; }

    /// <summary>Seats that were not paid.</summary>
    public required int Refused { get; init; }

    /// <summary>Seats that were found to be fraud.</summary>
    public required int Rejected { get; init; }

    /// <summary>Seats lost for being late.</summary>
    public required int Late { get; init; }

    /// <summary>What its accepted seats were paid.</summary>
    public required long Paid { get; init; }

    /// <summary>The block of its last change.</summary>
    public required long ChangedBlock { get; init; }
}
