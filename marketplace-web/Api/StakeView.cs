using Market.Chain.State;
using Market.Index.Reading;
using Market.Index.Rows;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Web.Api;

/// <summary>A provider's or verifier's stake. Amounts are in units of 1e-9 token, as text.</summary>
/// <param name="UnbondingUntil">When what leaves can be withdrawn, in seconds since 1970; null if nothing leaves.</param>
internal sealed record StakeView(
    long Id, StakeRole Role, string Owner, string NodeKey, string Addresses, Units Bonded, Units Locked, Units Earned, Units Unbonding, bool Slashed,
    int Accepted, int Refused, int Rejected, int Late, Units Paid, NodeView? Node, long? UnbondingUntil)
{
    public static StakeView Of(StakeRow s, PeerAnswers answers) => new(
        s.Id, s.Role, s.Owner, s.NodeKey, s.Addresses, Amount(s.Amount), Amount(s.Locked), Amount(s.Credit), Amount(s.Unbonding), s.Slashed,
        s.Accepted, s.Refused, s.Rejected, s.Late, Amount(s.Paid), NodeView.Of(answers.Last(s.Id), answers.AttendanceOf(s.Id)),
        s.Unbonding == 0 ? null : s.UnbondingUntil);

    private static Units Amount(long units) => new((ulong)units);
}

/// <summary>A seat in a provider's list; how long its provider worked at most, in seconds, if it was accepted and the chain tells it.</summary>
internal sealed record HeldSeatView(JobView Job, int Seat, SeatState State, Outcome Outcome, long? WorkSeconds)
{
    public static HeldSeatView Of(SeatLine seat) => new(JobView.Of(seat.Job), seat.Seat, seat.State, seat.Outcome, seat.WorkSeconds);
}

/// <summary>
/// What happened in one hour. Amounts are in units of 1e-9 token, as text; a task counts among executions once for every accepted replica
/// of its job. Work is how long providers worked at most, over all accepted seats of the jobs judged of which the chain tells it, and
/// what they were paid for these.
/// </summary>
internal sealed record HourView(
    long From, int Posted, int Judged, int Disputed, long Tasks, long Executions, Units Volume, long WorkSeconds, Units WorkVolume, double? QueueSeconds)
{
    public static HourView Of(HourRow h) => new(
        h.Hour * 3600, h.Posted, h.Judged, h.Disputed, h.Tasks, h.Executions, new Units((ulong)h.Volume), h.WorkSeconds, new Units((ulong)h.WorkVolume),
        h.Started == 0 ? null : (double)h.QueueSeconds / h.Started);
}

/// <summary>The market's numbers since its beginning. Amounts are in units of 1e-9 token, as text.</summary>
internal sealed record TotalsView(long Jobs, long Judged, long Tasks, Units Volume, int Providers, int Verifiers, Units ProviderStake, Units VerifierStake)
{
    public static TotalsView Of(MarketTotals t) => new(
        t.Jobs, t.Judged, t.Tasks, new Units((ulong)t.Volume), t.Providers, t.Verifiers, new Units((ulong)t.ProviderStake), new Units((ulong)t.VerifierStake));
}
