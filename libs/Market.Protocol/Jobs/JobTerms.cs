namespace Market.Protocol.Jobs;

/// <summary>Windows and quorum that a job names by number. In the contract windows are whole seconds.</summary>
/// <param name="Claim">From post: seats can be claimed.</param>
/// <param name="Run">From claim: the result or its commitment must be on chain; also how long after the claim window a job may still run.</param>
/// <param name="Reveal">From the last commitment: openings must be on chain.</param>
/// <param name="Verdict">From the last result: a verdict must be on chain.</param>
/// <param name="Leaf">From a request: the demanded leaf must be on chain.</param>
/// <param name="Challenge">From the verdict: locks stay.</param>
/// <param name="Dispute">In a dispute each: seats taken, votes committed, votes opened, an appeal made.</param>
/// <param name="Quorum">How many results a job of several replicas needs to go on, and how many equal ones the default verdict accepts.</param>
public sealed record JobTerms(
    TimeSpan Claim, TimeSpan Run, TimeSpan Reveal, TimeSpan Verdict, TimeSpan Leaf, TimeSpan Challenge, TimeSpan Dispute, int Quorum)
{
    /// <summary>The part of a window after which an honest node no longer dares to act, since its transaction may come too late.</summary>
    public static TimeSpan SafePart(TimeSpan window) => window * 0.8;
}
