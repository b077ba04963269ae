namespace Market.Protocol.Jobs;

/// <summary>Where a job stands. The numbers are the contract's.</summary>
public enum JobState
{
    /// <summary>Never posted.</summary>
    None,

    /// <summary>A seat is unclaimed.</summary>
    Open,

    /// <summary>Every seat is claimed, a result or commitment is missing.</summary>
    Running,

    /// <summary>All commitments are in, an opening is missing (two or more replicas only).</summary>
    Revealing,

    /// <summary>All results are on chain; a verifier is drawn and compares.</summary>
    Verifying,

    /// <summary>A verdict paid; locks wait for the challenge window.</summary>
    Paid,

    /// <summary>No verdict came; the default verdict pays when the challenge window ends.</summary>
    Defaulted,

    /// <summary>Somebody contests the verdict: see <see cref="DisputePhase"/>.</summary>
    Disputed,

    /// <summary>Ended: all locks and all of the escrow are released.</summary>
    Final,

    /// <summary>Ended without enough results: everything was refunded and released.</summary>
    Expired,
}
