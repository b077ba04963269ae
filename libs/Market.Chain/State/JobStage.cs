namespace Market.Chain.State;

/// <summary>What a job goes through, in order.</summary>
public enum JobStep
{
    /// <summary>It is on chain, with its money.</summary>
    Posted,

    /// <summary>Providers hold its seats.</summary>
    Claimed,

    /// <summary>All results are on chain.</summary>
    Executed,

    /// <summary>A verdict is given, by a verifier or by default.</summary>
    Judged,

    /// <summary>Whoever doubts the verdict may contest it.</summary>
    Doubted,

    /// <summary>Somebody did.</summary>
    Contested,

    /// <summary>All is paid, refunded and released.</summary>
    Final,

    /// <summary>Too few results came: all is refunded.</summary>
    Expired,
}

/// <summary>Whether a stage lies behind, is now, or lies ahead.</summary>
public enum StageState
{
    /// <summary>Over.</summary>
    Done,

    /// <summary>What the job waits for.</summary>
    Now,

    /// <summary>To come.</summary>
    Ahead,
}

/// <summary>A stage in a job's life.</summary>
/// <param name="Step">Which.</param>
/// <param name="State">Where the job is.</param>
/// <param name="At">When it was done, in seconds since 1970; null if it is not, or the events do not tell when.</param>
/// <param name="By">Until when it is done if nobody is late, withholds or doubts, in seconds since 1970; null where that is not known.</param>
public sealed record JobStage(JobStep Step, StageState State, long? At, long? By);
