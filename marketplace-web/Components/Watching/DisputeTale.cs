using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Protocol.Jobs;
using Market.Web.Components.Shared;

namespace Market.Web.Components.Watching;

/// <summary>A dispute in plain words, step by step, as its events tell it.</summary>
/// <param name="job">The job whose verdict is, or was, contested.</param>
/// <param name="state">Knows whose accounts are whose.</param>
internal sealed class DisputeTale(JobRecord job, MarketState state)
{
    private readonly DisputeRecord _dispute = job.Dispute ?? throw new ArgumentException($"Nobody contested job {job.Id}.", nameof(job));

    /// <summary>What happened, in order.</summary>
    public IEnumerable<(ulong Block, string Words)> Steps()
    {
        foreach (var entry in job.History)
        {
            if (Words(entry.Event) is { } words)
            {
                yield return (entry.Block, words);
            }
        }
    }

    /// <summary>What it waits for; null once it is settled.</summary>
    public string? Next()
    {
        var until = Shown.Time(_dispute.Phase == DisputePhase.Filing ? _dispute.FilingEnds(job.Deadline, job.Terms.DisputeWindow) : job.Deadline);
        var members = _dispute.Committee.Count();
        return job.State != JobState.Disputed ? null : _dispute.Phase switch
        {
            DisputePhase.Filing when _dispute.Points.All(p => p.IsProven) => T["All of it is proven: after {0} it is settled without a committee.", until],
            DisputePhase.Filing when _dispute.Points.Any(p => p.TraceDeadline is not null) =>
                T["Until {0} what was demanded may be shown, and proven wrong by a contract; what is not shown is wrong. A committee decides what is left.", until],
            DisputePhase.Filing => T["Until {0} others may contest more. Then a committee of verifiers is drawn, who execute these tasks again.", until],
            DisputePhase.Seating => T["Until {0} its members take their seats: {1} of {2} so far.", until, members, _dispute.Size],
            DisputePhase.Voting => T["Until {0} they vote, sealed until all have: {1} of {2} so far.", until, _dispute.Committee.Count(j => j.Commitment is not null), members],
            DisputePhase.Opening => T["Until {0} they open their votes: {1} of {2} so far.", until, _dispute.Committee.Count(j => j.Opened), _dispute.Committee.Count(j => j.Commitment is not null)],
            _ => T["Until {0} whoever disagrees may appeal to a larger committee, if there is one. Then it is settled.", until],
        };
    }

    private string? Words(MarketEvent happened) => happened switch
    {
        MarketEvent.Challenged { Subject: DisputePoint.Verifier } e => T["{0} contests the verifier: its own work on task {1} is wrong or missing.", Who(e.Challenger), e.Task],
        MarketEvent.Challenged e when (Accepted() >> e.Subject & 1) == 1 => T["{0} contests seat {1}: its result is wrong at task {2}, though the verdict accepts it.", Who(e.Challenger), e.Subject, e.Task],
        MarketEvent.Challenged e => T["{0} contests seat {1}: its result is right, though the verdict does not accept it.", Who(e.Challenger), e.Subject],
        MarketEvent.TraceDemanded e => T["What every operator gave is demanded of provider {0}: {1}.", e.Provider, Subject(e.Point)],
        MarketEvent.TraceAnswered e => T["It is shown: {0}.", Subject(e.Point)],
        MarketEvent.PointProven e => T["A contract finds it wrong: {0}.", Subject(e.Point)],
        MarketEvent.CommitteeCalled { Round: > 1 } e => T["{0} appeals. A committee of {1} {1:verifier|verifiers} is drawn.", Who(e.Appellant), e.Size],
        MarketEvent.CommitteeCalled e => T["A committee of {0} {0:verifier|verifiers} is drawn.", e.Size],
        MarketEvent.VotingStarted e => T["Those who sit in it execute the tasks again and vote: verifiers {0}.", string.Join(", ", Committee(e.Round).Select(j => j.Stake))],
        MarketEvent.OpeningStarted e => T["{0} of {1} voted, and {0:opens its vote|open their votes}.", Committee(e.Round).Count(j => j.Commitment is not null), Committee(e.Round).Count()],
        MarketEvent.VoteOpened e => T["Verifier {0} finds: {1}.", e.Juror, Findings(e.Wrong)],
        MarketEvent.RoundDecided { Majority: true } e => T["The committee decides: {0}.", Findings(e.Wrong)],
        MarketEvent.RoundDecided => T["The committee has no majority: nobody is punished for what is contested, unless a larger one has."],
        MarketEvent.StakeSlashed or MarketEvent.StakeSeized or MarketEvent.StakeSettled { Taken: > 0 } or MarketEvent.StakeSettled { Paid: > 0 } or MarketEvent.DisputeSettled => Shown.Of(happened) + ".",
        _ => null,
    };

    private IEnumerable<JurorRecord> Committee(byte round) => _dispute.Jurors.Where(j => j.Round == round);

    /// <summary>What the verdict accepted, before any dispute: one bit for each seat.</summary>
    private int Accepted() => job.History.Select(h => h.Event switch
    {
        MarketEvent.VerdictGiven e => e.Accepted,
        MarketEvent.DefaultVerdict e => e.Accepted,
        _ => (int?)null,
    }).First(accepted => accepted is not null)!.Value;

    private string Findings(byte wrong) => string.Join("; ", _dispute.Points.Select((_, point) => T[(wrong >> point & 1) == 1 ? "{0}: wrong" : "{0}: right", Subject(point)]));

    private string Subject(int point) => _dispute.Points[point] is { Subject: DisputePoint.Verifier } verifier
        ? T["the verifier, task {0}", verifier.Task]
        : T["seat {0}, task {1}", _dispute.Points[point].Subject, _dispute.Points[point].Task];

    private string Who(Address account) => account == job.Spec.Requester ? T["The requester"]
        : (state.StakeOfNode(account) ?? state.StakeOfOwner(account)) is { } stake ? Shown.Of(stake.Role, stake.Id)
        : Shown.Short(account);
}
