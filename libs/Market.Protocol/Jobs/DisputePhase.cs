namespace Market.Protocol.Jobs;

/// <summary>Where a dispute stands. The numbers are the contract's.</summary>
public enum DisputePhase
{
    /// <summary>No dispute, or it is settled.</summary>
    None,

    /// <summary>Whoever doubts a seat or the verifier names what, and at which task.</summary>
    Filing,

    /// <summary>A committee is drawn and takes its seats.</summary>
    Seating,

    /// <summary>Its members re-execute what is contested and commit to their votes.</summary>
    Voting,

    /// <summary>They open their votes.</summary>
    Opening,

    /// <summary>The committee has spoken, or has no majority; who disagrees may appeal to a larger one.</summary>
    Decided,
}
