using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs.Disputes;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Verdicts;

namespace Market.Node.Requests;

/// <summary>What became of a job: the document that <c>job result --json</c> and the demo print.</summary>
public sealed record JobReport
{
    public required string Job { get; init; }

    public required JobState State { get; init; }

    public required int ReplicasWanted { get; init; }

    public required int Tasks { get; init; }

    /// <summary>The share of tasks that the verifier had to execute again, as a fraction.</summary>
    public required double Checked { get; init; }

    /// <summary>How far honest results might lie apart; null if no bundle or evidence was to be had.</summary>
    public ToleranceReport? Tolerance { get; init; }

    /// <summary>The largest distance of an accepted replica from the reference; null without evidence.</summary>
    public DistanceReport? LargestDistance { get; init; }

    /// <summary>How many different result roots the replicas had.</summary>
    public required int BitPatterns { get; init; }

    public required IReadOnlyList<ReplicaReport> Replicas { get; init; }

    public required IReadOnlyList<PenaltyReport> Penalties { get; init; }

    public required VerifierReport? Verifier { get; init; }

    public required GasReport Gas { get; init; }

    public required BlockReport Blocks { get; init; }

    /// <summary>Seconds of each stage by the chain's clock.</summary>
    public required IReadOnlyDictionary<string, long> Seconds { get; init; }

    /// <summary>Units that went back to the requester.</summary>
    public required string Refunded { get; init; }

    public string? Evidence { get; init; }

    /// <summary>The dispute over the verdict; null if there was none.</summary>
    public DisputeReport? Dispute { get; init; }

    public sealed record ToleranceReport(double RelativeL2, double ScaledMaximum, double AbsoluteFloor);

    /// <param name="RelativeL2">Relative L2 distance.</param>
    /// <param name="ScaledMaximum">Scaled maximum distance.</param>
    /// <param name="ShareOfTolerance">What of the tolerance they take, its absolute floor included.</param>
    public sealed record DistanceReport(double RelativeL2, double ScaledMaximum, double ShareOfTolerance);

    /// <param name="Words">What is contested and where it stands, for people.</param>
    /// <param name="Phase">Where it stands; null once it is settled.</param>
    /// <param name="Points">What is contested.</param>
    /// <param name="Committees">What each committee said.</param>
    public sealed record DisputeReport(string Words, DisputePhase? Phase, IReadOnlyList<PointReport> Points, IReadOnlyList<CommitteeReport> Committees);

    /// <param name="Challenger">Who contests.</param>
    /// <param name="Seat">The seat; null for the verifier's own work.</param>
    /// <param name="Task">At which task.</param>
    public sealed record PointReport(string Challenger, int? Seat, uint Task);

    /// <param name="Jurors">Who sat in it.</param>
    /// <param name="Wrong">For each point whether it found it wrong; null where it had no majority, or has not spoken.</param>
    public sealed record CommitteeReport(IReadOnlyList<uint> Jurors, IReadOnlyList<bool>? Wrong);

    public sealed record ReplicaReport(
        uint Provider, int Seat, string? Class, string? ResultRoot, bool Accepted, Outcome Outcome, string Paid, string Slashed, string Reason);

    /// <summary>What a provider lost that held a seat and did not keep it.</summary>
    public sealed record PenaltyReport(uint Provider, int Seat, string Penalty, string Reason);

    public sealed record VerifierReport(uint Stake, string Paid, string Lost);

    public sealed record GasReport(ulong Total, IReadOnlyDictionary<string, ulong> ByAction);

    public sealed record BlockReport(ulong Posted, ulong? Settled);

    /// <summary>Gathers the report from chain, and from the evidence if it is to be had.</summary>
    public static async Task<JobReport> CreateAsync(MarketContract contract, MarketState state, JobRecord job, Evidence? evidence, CancellationToken cancellationToken)
    {
        var accepted = evidence?.Replicas.Where(r => r.Outcome == Outcome.Accept).ToList();
        return new JobReport
        {
            Job = job.Id.ToString(),
            State = job.State,
            ReplicasWanted = job.Spec.Replicas,
            Tasks = (int)job.Spec.Tasks,
            Checked = job.Check.Fraction,
            Tolerance = evidence is null ? null : new ToleranceReport(evidence.Tolerance.RelativeL2Fraction, evidence.Tolerance.ScaledMaximumFraction, evidence.Tolerance.AbsoluteFloorValue),
            LargestDistance = accepted is { Count: > 0 } ? DistanceOf(accepted) : null,
            BitPatterns = job.Seats.Select(s => s.Root).OfType<Hash256>().Distinct().Count(),
            Replicas = [.. job.Seats.Select((seat, i) => ReplicaOf(job, seat, i, evidence)).Where(r => r.Provider != 0)],
            Penalties = [.. job.History.Select(h => h.Event).OfType<MarketEvent.SeatEvicted>().Select(e => new PenaltyReport(
                e.Provider, e.Seat, Text(e.Penalty), job.Seats[e.Seat].State == SeatState.Late ? "It committed and did not reveal." : "It claimed and delivered nothing in time."))],
            Verifier = job.Verifier == 0 ? null : new VerifierReport(job.Verifier, Text(job.Spec.VerifierFee), Text(LostBy(job, job.Verifier))),
            Gas = await GasAsync(contract, job, cancellationToken).ConfigureAwait(false),
            Blocks = new BlockReport(job.PostedBlock, SettledBlock(job)),
            Seconds = await SecondsAsync(contract, job, cancellationToken).ConfigureAwait(false),
            Refunded = Text(job.Refunded),
            Evidence = job.Evidence?.ToString(),
            Dispute = DisputeOf(job),
        };
    }

    private static DisputeReport? DisputeOf(JobRecord job) => job.Dispute is not { } dispute ? null : new DisputeReport(
        DisputeWords.Of(job)!, job.State == JobState.Disputed ? dispute.Phase : null,
        [.. dispute.Points.Select(p => new PointReport(p.Challenger.ToString(), p.Subject == DisputePoint.Verifier ? null : p.Subject, p.Task))],
        [.. Enumerable.Range(1, dispute.Round).Select(round => new CommitteeReport(
            [.. dispute.Jurors.Where(j => j.Round == round).Select(j => j.Stake)],
            dispute.Decisions.ElementAtOrDefault(round - 1) is { } wrong ? [.. dispute.Points.Select((_, i) => (wrong >> i & 1) == 1)] : null))]);

    private static string Text(ulong units) => new Units(units).ToUnitsText();

    private static ulong? SettledBlock(JobRecord job) =>
        job.History.FirstOrDefault(h => h.Event is MarketEvent.VerdictGiven or MarketEvent.DefaultVerdict or MarketEvent.JobExpired)?.Block;

    private static bool IsProven(JobRecord job, int seat) => job.Dispute is { Round: 0 } || job.Dispute?.Points.Any(p => p.Subject == seat && (p.IsProven || p.OwesTrace)) == true;

    private static ReplicaReport ReplicaOf(JobRecord job, SeatRecord seat, int index, Evidence? evidence)
    {
        var slashed = job.History.Select(h => h.Event).Aggregate(0UL, (sum, e) => sum + e switch
        {
            MarketEvent.StakeSlashed s when s.StakeId == seat.Provider => s.Amount,
            MarketEvent.StakeSeized s when s.StakeId == seat.Provider => s.Amount,
            _ => 0,
        });
        var verdict = job.History.Select(h => h.Event).OfType<MarketEvent.VerdictGiven>().LastOrDefault();
        var paid = verdict is not null && (verdict.Accepted >> index & 1) == 1;
        var overturned = verdict is not null && paid != (seat.Outcome == Outcome.Accept);
        var finding = evidence?.Replicas.FirstOrDefault(r => r.Seat == index);
        var reason = overturned ? $"{(IsProven(job, index) ? "What it showed of its execution, or did not show," : "A committee")} overturned the verdict: the result is {(paid ? "wrong" : "right")}." : finding is not null ? $"{finding.Reason.Explain()} {finding.Detail}" : seat.State == SeatState.Late ? "It committed and did not reveal." : ReasonOf(seat.Outcome);
        var penalty = job.History.Select(h => h.Event).OfType<MarketEvent.SeatEvicted>().Where(e => e.Seat == index && e.Provider == seat.Provider).Aggregate(0UL, (sum, e) => sum + e.Penalty);
        return new ReplicaReport(
            seat.Provider, index, seat.Class?.ToString(), seat.Root?.ToString(), seat.Outcome == Outcome.Accept, seat.Outcome,
            Text(paid || (seat.Outcome == Outcome.Accept && job.IsJudged) ? job.Price : 0), Text(slashed + penalty), reason);
    }

    private static ulong LostBy(JobRecord job, uint stake) =>
        job.History.Select(h => h.Event).OfType<MarketEvent.StakeSettled>().Where(e => e.StakeId == stake).Aggregate(0UL, (sum, e) => sum + e.Taken);

    /// <summary>What is known without the evidence.</summary>
    private static string ReasonOf(Outcome outcome) => outcome switch
    {
        Outcome.Accept => "Accepted by the verdict.",
        Outcome.Refuse => "Refused by the verdict.",
        Outcome.Reject => "Rejected by the verdict.",
        _ => "Not judged.",
    };

    private static DistanceReport DistanceOf(List<ReplicaFinding> accepted) => new(
        accepted.Max(r => r.RelativeL2.Value), accepted.Max(r => r.ScaledMaximum.Value), accepted.Max(r => r.ShareOfTolerance.Value));

    private static async Task<GasReport> GasAsync(MarketContract contract, JobRecord job, CancellationToken cancellationToken)
    {
        var byAction = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var transaction in job.History.GroupBy(h => h.Transaction))
        {
            var receipt = await contract.Client.GetTransactionReceiptAsync(transaction.Key, cancellationToken).ConfigureAwait(false)
                ?? throw new EthereumException($"The endpoint does not know transaction {transaction.Key}, which emitted an event of the job.");
            var action = ActionOf([.. transaction.Select(h => h.Event)]);
            byAction[action] = byAction.GetValueOrDefault(action) + receipt.GasUsed;
        }

        return new GasReport(byAction.Values.Aggregate(0UL, (sum, gas) => sum + gas), byAction);
    }

    private static string ActionOf(IReadOnlyList<MarketEvent> events)
    {
        bool Has<T>() => events.Any(e => e is T);
        return Has<MarketEvent.JobPosted>() ? "post"
            : Has<MarketEvent.JobRaised>() ? "raise"
            : Has<MarketEvent.SeatClaimed>() ? Has<MarketEvent.ResultCommitted>() || Has<MarketEvent.ResultRevealed>() ? "claimAndDeliver" : "claim"
            : Has<MarketEvent.ResultCommitted>() ? "commit"
            : Has<MarketEvent.ResultRevealed>() ? Has<MarketEvent.RevealStarted>() ? "commitAndReveal" : "reveal"
            : Has<MarketEvent.VerdictGiven>() || Has<MarketEvent.DefaultVerdict>() ? "verdict"
            : Has<MarketEvent.JobFinalized>() ? "finalize"
            : Has<MarketEvent.DisputeSettled>() ? "settle"
            : Has<MarketEvent.CommitteeCalled>() ? Has<MarketEvent.BondTaken>() ? "appeal" : "callCommittee"
            : Has<MarketEvent.Challenged>() ? "challenge"
            : Has<MarketEvent.JurorSeated>() ? "join"
            : Has<MarketEvent.VoteCommitted>() ? "vote"
            : Has<MarketEvent.VoteOpened>() ? "openVote"
            : Has<MarketEvent.VotingStarted>() || Has<MarketEvent.OpeningStarted>() || Has<MarketEvent.RoundDecided>() ? "proceed"
            : Has<MarketEvent.LeafRequested>() ? "requestLeaf"
            : Has<MarketEvent.LeafAnswered>() ? "answerLeaf"
            : Has<MarketEvent.LeafUnserved>() ? "markUnserved"
            : Has<MarketEvent.VerificationStarted>() || Has<MarketEvent.RevealStarted>() || Has<MarketEvent.JobExpired>() ? "close" : "evict";
    }

    private static async Task<IReadOnlyDictionary<string, long>> SecondsAsync(MarketContract contract, JobRecord job, CancellationToken cancellationToken)
    {
        (string Stage, ulong? End)[] ends =
        [
            ("claimed", Last<MarketEvent.SeatClaimed>(job)),
            ("committed", Last<MarketEvent.RevealStarted>(job)),
            ("revealed", Last<MarketEvent.VerificationStarted>(job)),
            ("paid", SettledBlock(job)),
            ("final", Last<MarketEvent.JobFinalized>(job) ?? Last<MarketEvent.DisputeSettled>(job)),
        ];
        var reached = ends.Where(e => e.End is not null).ToList();
        var blocks = await contract.Client.GetBlocksAsync([job.PostedBlock, .. reached.Select(e => e.End!.Value)], cancellationToken).ConfigureAwait(false);
        var seconds = new Dictionary<string, long>();
        for (var i = 0; i < reached.Count; i++)
        {
            if (blocks[i] is { } from && blocks[i + 1] is { } to)
            {
                seconds[reached[i].Stage] = (long)to.Timestamp - (long)from.Timestamp;
            }
        }

        return seconds;
    }

    private static ulong? Last<T>(JobRecord job) => job.History.LastOrDefault(h => h.Event is T)?.Block;
}
