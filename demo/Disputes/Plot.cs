using Market.Demo.Cheats;

namespace Market.Demo.Disputes;

/// <summary>Who gives the verdict.</summary>
internal enum Ruling
{
    /// <summary>An honest verifier.</summary>
    Honest,

    /// <summary>One that accepts all without looking.</summary>
    AcceptsAll,

    /// <summary>One that calls all fraud without looking.</summary>
    RejectsAll,

    /// <summary>One that accepts all, and copies a provider's outputs as evidence.</summary>
    Lazy,
}

/// <summary>Who contests it, besides those that the market itself moves to: providers for their seats, auditors.</summary>
internal enum Contest
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>The requester, who looks at one task in the canonical referee.</summary>
    Looks,

    /// <summary>The requester, who suspects the cheat without having looked.</summary>
    Suspects,

    /// <summary>A stranger, against a right result.</summary>
    Griefs,
}

/// <summary>A behaviour with parts for several parties: who does what. docs/adversary.md tells them for people.</summary>
/// <param name="Provider">What one of the providers does; null if all are honest.</param>
/// <param name="Ruling">Who gives the verdict.</param>
/// <param name="Contest">Who contests it.</param>
/// <param name="DemandsTrace">Whether the requester demands the trace of contested seats.</param>
/// <param name="Liars">How many of the first committee lie.</param>
internal sealed record Plot(CheatKind? Provider, Ruling Ruling, Contest Contest, bool DemandsTrace = false, int Liars = 0)
{
    /// <summary>How many members the first committee of a devnet has.</summary>
    public const int Jurors = 3;

    /// <summary>What is ordered.</summary>
    public SmallJob Job { get; init; } = SmallJob.Layers;

    /// <summary>Whether the requester is the cheat.</summary>
    public bool IsRequesters => Job != SmallJob.Layers;

    /// <summary>How many verifiers a market needs for it: one for the verdict, a committee, and the majority of a second one where the first may be overturned.</summary>
    public int Verifiers => IsRequesters ? 1 : 1 + Jurors + (Liars > 1 ? Jurors : 0);

    /// <summary>The plot of a kind of cheat; null for what one provider does in any job.</summary>
    public static Plot? Of(CheatKind kind) => kind switch
    {
        CheatKind.ForgedTrace or CheatKind.WithheldTrace => new(kind, Ruling.Honest, Contest.Suspects, DemandsTrace: true),
        CheatKind.WrongOperator => new(kind, Ruling.AcceptsAll, Contest.Looks, DemandsTrace: true),
        CheatKind.BribedVerifier => new(kind, Ruling.AcceptsAll, Contest.Looks),
        CheatKind.FalseRejection => new(null, Ruling.RejectsAll, Contest.None),
        CheatKind.LazyVerifier => new(null, Ruling.Lazy, Contest.None),
        CheatKind.GriefingChallenger => new(null, Ruling.Honest, Contest.Griefs),
        CheatKind.LyingJuror => new(null, Ruling.Honest, Contest.Griefs, Liars: 1),
        CheatKind.LyingJurors => new(null, Ruling.Honest, Contest.Griefs, Liars: 2),
        CheatKind.Ties => new(null, Ruling.Honest, Contest.None) { Job = SmallJob.Ties },
        CheatKind.HiddenTies => new(null, Ruling.Honest, Contest.None) { Job = SmallJob.HiddenTies },
        CheatKind.NumbersBehindTies => new(null, Ruling.Honest, Contest.None) { Job = SmallJob.NumbersBehindTies },
        _ => null,
    };
}
