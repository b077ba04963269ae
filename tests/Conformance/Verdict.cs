namespace Market.Conformance;

internal enum VerdictKind
{
    /// <summary>All outputs as expected.</summary>
    Passed,

    /// <summary>Not run, for a reason that the docs name.</summary>
    Refused,

    /// <summary>Other outputs than expected, or no outputs.</summary>
    Failed,

    /// <summary>The worker died.</summary>
    Crashed,
}

/// <summary>What became of one test, and why if it did not pass.</summary>
internal sealed record Verdict(VerdictKind Kind, string Reason);
