namespace Market.Protocol.Jobs;

/// <summary>Why a replica was accepted, refused or rejected: the closed list that evidence uses.</summary>
public enum VerdictReason
{
    /// <summary>Its root equals the reference's, and the samples agree with the verifier's own execution.</summary>
    Equal,

    /// <summary>Every task lies within tolerance of the reference, and the samples agree with the verifier's own execution.</summary>
    WithinTolerance,

    /// <summary>It differs from the reference beyond tolerance where the verifier's own execution does not decide who is right.</summary>
    Undecided,

    /// <summary>No replica lies within tolerance of most others, so there is no reference.</summary>
    NoReference,

    /// <summary>Whole numbers differ, which a tie may have decided.</summary>
    NearTie,

    /// <summary>The verifier could not execute the sample, so it can accuse nobody.</summary>
    NotExecutable,

    /// <summary>A task differs beyond tolerance from the verifier's own execution of it, and from the canonical referee's.</summary>
    DiffersFromExecution,

    /// <summary>What was served is not what the root binds. Nobody else can see what was served, so that it accuses nobody.</summary>
    Malformed,

    /// <summary>Outputs were not served in time, neither to the verifier nor to further verifiers that tried.</summary>
    NotServed,

    /// <summary>A task differs beyond tolerance from the verifier's own execution of it, which the canonical referee does not bear out.</summary>
    NotConfirmed,
}
