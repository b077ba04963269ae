namespace Market.Protocol.Jobs;

/// <summary>What each <see cref="VerdictReason"/> leads to and how it is told.</summary>
public static class VerdictReasons
{
    /// <summary>The only outcome that goes with a reason.</summary>
    public static Outcome OutcomeOf(this VerdictReason reason) => reason switch
    {
        VerdictReason.Equal or VerdictReason.WithinTolerance => Outcome.Accept,
        VerdictReason.Undecided or VerdictReason.NoReference or VerdictReason.NearTie or VerdictReason.NotExecutable
            or VerdictReason.Malformed or VerdictReason.NotConfirmed => Outcome.Refuse,
        VerdictReason.DiffersFromExecution or VerdictReason.NotServed => Outcome.Reject,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a verdict reason."),
    };

    /// <summary>The reason in one sentence for people.</summary>
    public static string Explain(this VerdictReason reason) => reason switch
    {
        VerdictReason.Equal => "Its result has the same bits as the reference.",
        VerdictReason.WithinTolerance => "Its result lies within tolerance of the reference.",
        VerdictReason.Undecided => "It differs from the reference, and the re-executed samples do not show who is right.",
        VerdictReason.NoReference => "No replica agrees with most others.",
        VerdictReason.NearTie => "It differs in whole numbers that a tie may have decided.",
        VerdictReason.NotExecutable => "The verifier could not execute the samples itself.",
        VerdictReason.DiffersFromExecution => "A re-executed task gave a different result: the work was not done as ordered.",
        VerdictReason.Malformed => "What it served is not what its root binds.",
        VerdictReason.NotServed => "It did not deliver its outputs.",
        VerdictReason.NotConfirmed => "A re-executed task gave a different result, which the canonical referee does not bear out.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a verdict reason."),
    };
}
