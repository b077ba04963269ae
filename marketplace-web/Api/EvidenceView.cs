using Market.Ethereum;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Web.Api;

/// <summary>What a verdict rests on, as its verifier says. Distances are texts: the shortest decimal number that reads back to the same bits, or Infinity.</summary>
/// <param name="Digest">Its digest, which the verdict on chain names.</param>
/// <param name="Verifier">Who gave the verdict.</param>
/// <param name="DeterminismClass">In which class the verifier executed.</param>
/// <param name="Reference">The seat that the others are compared with; null if there is none.</param>
/// <param name="Samples">How many tasks the verifier executed again.</param>
/// <param name="Replicas">What it found of each seat.</param>
internal sealed record EvidenceView(string Digest, long Verifier, string DeterminismClass, int? Reference, int Samples, IReadOnlyList<FindingView> Replicas)
{
    public static EvidenceView Of(Evidence evidence, Hash256 digest) => new(
        digest.ToString(), evidence.Verifier.Value, evidence.DeterminismClass.ToString(), evidence.Reference, evidence.Samples.Count, [.. evidence.Replicas.Select(FindingView.Of)]);
}

/// <summary>What a verifier found of one seat.</summary>
/// <param name="Why">The reason in words.</param>
/// <param name="Detail">What the verifier says of it.</param>
/// <param name="TasksCompared">How many tasks were compared with the reference element by element.</param>
/// <param name="ShareOfTolerance">The largest distance to the reference as a share of the tolerance.</param>
/// <param name="WorstTask">The task with that distance.</param>
/// <param name="Task">Of a seat that is not accepted the task that shows it.</param>
internal sealed record FindingView(
    int Seat, long Provider, string Root, Outcome Outcome, VerdictReason Reason, string Why, string Detail, int TasksCompared,
    Distance ShareOfTolerance, Distance RelativeL2, Distance ScaledMaximum, int? WorstTask, int? Task)
{
    public static FindingView Of(ReplicaFinding r) => new(
        r.Seat, r.Provider.Value, r.Root.ToString(), r.Outcome, r.Reason, r.Reason.Explain(), r.Detail, r.TasksCompared,
        r.ShareOfTolerance, r.RelativeL2, r.ScaledMaximum, r.WorstTask, r.Task);
}
