using Market.Ethereum;

namespace Market.Chain.State;

/// <summary>A stake, as the events tell it.</summary>
public sealed record StakeRecord
{
    /// <summary>Its number.</summary>
    public required uint Id { get; init; }

    /// <summary>Who owns it.</summary>
    public required Address Owner { get; init; }

    /// <summary>Who acts for it.</summary>
    public required Address NodeKey { get; init; }

    /// <summary>For what it is drawn.</summary>
    public required StakeRole Role { get; init; }

    /// <summary>Whether fraud cost it everything.</summary>
    public bool Slashed { get; init; }

    /// <summary>It counts for jobs posted after this block.</summary>
    public ulong ActiveFrom { get; init; }

    /// <summary>What is bonded, in units.</summary>
    public ulong Amount { get; init; }

    /// <summary>What running jobs hold of it, in units.</summary>
    public ulong Locked { get; init; }

    /// <summary>What it earned and its owner has not withdrawn, in units.</summary>
    public ulong Credit { get; init; }

    /// <summary>What leaves, in units.</summary>
    public ulong Unbonding { get; init; }

    /// <summary>
    /// How many of its results verdicts accepted for good since its last fault: an eviction or an unserved leaf starts it anew, a
    /// refusal leaves it, and a default verdict, which checks nothing, adds nothing.
    /// </summary>
    public uint Record { get; init; }

    /// <summary>When what leaves can be withdrawn, in seconds since 1970.</summary>
    public uint UnbondingUntil { get; init; }

    /// <summary>What became of the seats that it took.</summary>
    public SeatTally Tally { get; init; }

    /// <summary>Whether its weight was set before a job's post, so that it can be drawn for it.</summary>
    public bool CountsFor(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return !Slashed && ActiveFrom < job.PostedBlock;
    }

    /// <summary>What no job holds, in units.</summary>
    public ulong Free => Amount - Locked;
}
