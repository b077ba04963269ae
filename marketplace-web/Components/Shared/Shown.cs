using System.Globalization;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Web.Languages;

namespace Market.Web.Components.Shared;

/// <summary>The chain's values in words that people read.</summary>
internal static class Shown
{
    public static string Tokens(ulong units) => Number(units / (decimal)Units.PerToken, "#,0.#########");

    public static string Tokens(Units amount) => Tokens(amount.Value);

    /// <summary>A number as the viewer's language writes it.</summary>
    public static string Number(IFormattable number, string format = "N0") => number.ToString(format, Language.Now.Culture);

    public static string Time(ulong seconds) => Number(DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, 253_402_300_799)), "G") + " UTC";

    public static string Short(object? id) => id?.ToString() is { Length: > 18 } text ? text[..10] + "…" + text[^6..] : id?.ToString() ?? "";

    public static string Of(JobState state) => state switch
    {
        JobState.Open => T["Open: waits for providers"],
        JobState.Running => T["Running"],
        JobState.Revealing => T["Revealing results"],
        JobState.Verifying => T["Being verified"],
        JobState.Paid => T["Paid, can be contested"],
        JobState.Defaulted => T["Judged by default"],
        JobState.Disputed => T["Contested"],
        JobState.Final => T["Final"],
        JobState.Expired => T["Expired, refunded"],
        _ => state.ToString(),
    };

    public static string Tone(JobState state) => state switch
    {
        JobState.Final or JobState.Paid => "good",
        JobState.Expired => "bad",
        JobState.Defaulted or JobState.Disputed => "warn",
        _ => "live",
    };

    /// <summary>A number of bytes as people say it.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => T["{0} {0:byte|bytes}", Number(bytes)],
        < 1 << 20 => Number(bytes / 1024.0, "0.#") + " KiB",
        < 1 << 30 => Number(bytes / 1048576.0, "0.#") + " MiB",
        _ => Number(bytes / 1073741824.0, "0.##") + " GiB",
    };

    /// <summary>A time span as people say it.</summary>
    public static string Lasting(TimeSpan time) => time switch
    {
        { TotalSeconds: > 0 and < 1 } => Number(time.TotalMilliseconds, "0") + " ms",
        { TotalSeconds: < 120 } => Number(time.TotalSeconds, "0.#") + " s",
        { TotalMinutes: < 120 } => T["{0} {0:minute|minutes}", Number(time.TotalMinutes, "0.#")],
        { TotalHours: < 48 } => T["{0} {0:hour|hours}", Number(time.TotalHours, "0.#")],
        _ => T["{0} {0:day|days}", Number(time.TotalDays, "0.#")],
    };

    public static string Iso(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A share of one as percent.</summary>
    public static string Percent(double share, string format = "0.##") => Number(share * 100, format) + " %";

    public static string Of(StakeRole role, long id) => T[role == StakeRole.Verifier ? "Verifier {0}" : "Provider {0}", id];

    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    /// <summary>Where a list of jobs goes on, as an address says it; from the beginning if it says something else.</summary>
    public static string? Cursor(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? text : null;

    public static string Tone(Outcome outcome, SeatState state) => outcome switch
    {
        Outcome.Accept => "good",
        Outcome.Reject => "bad",
        Outcome.Refuse => "warn",
        _ => state == SeatState.Late ? "bad" : "live",
    };

    public static string Of(Outcome outcome, SeatState state) => outcome switch
    {
        Outcome.Accept => T["accepted"],
        Outcome.Refuse => T["refused"],
        Outcome.Reject => T["rejected"],
        _ => state switch
        {
            SeatState.Open => T["open"],
            SeatState.Claimed => T["executes"],
            SeatState.Committed => T["committed"],
            SeatState.Revealed => T["revealed"],
            _ => T["late"],
        },
    };

    public static string Of(MarketEvent happened) => happened switch
    {
        MarketEvent.JobPosted e => T["Posted, {0} {0:token|tokens} in escrow", Tokens((e.Spec.Reward * e.Spec.Replicas) + e.Spec.VerifierFee)],
        MarketEvent.JobRaised e => T["Raised by {0} {0:token|tokens} a seat", Tokens(e.Raised)],
        MarketEvent.SeatClaimed e => T["Provider {0} claimed seat {1}", e.Provider, e.Seat],
        MarketEvent.SeatEvicted e => T["Provider {0} lost seat {1} and {2} {2:token|tokens} for being late", e.Provider, e.Seat, Tokens(e.Penalty)],
        MarketEvent.ResultCommitted e => T["Seat {0} committed to a result", e.Seat],
        MarketEvent.ResultRevealed e => T["Seat {0} revealed its result", e.Seat],
        MarketEvent.RevealStarted => T["All commitments are in"],
        MarketEvent.VerificationStarted e => T["All results are in; block {0} draws verifier and samples", e.DrawBlock],
        MarketEvent.LeafRequested e => T["Task {0} of seat {1} was demanded on chain", e.Task, e.Seat],
        MarketEvent.LeafAnswered e => T["Task {0} of seat {1} was shown", e.Task, e.Seat],
        MarketEvent.LeafUnserved e => T["Task {0} of seat {1} was not shown in time", e.Task, e.Seat],
        MarketEvent.VerdictGiven e => T["Verifier {0} gave its verdict and the contract paid", e.Verifier],
        MarketEvent.DefaultVerdict => T["No verdict came: judged by default"],
        MarketEvent.StakeSlashed e => T["Stake {0} lost {1} {1:token|tokens}", e.StakeId, Tokens(e.Amount)],
        MarketEvent.Challenged { Subject: DisputePoint.Verifier } e => T["Contested: the verifier's own work on task {0}", e.Task],
        MarketEvent.Challenged e => T["Contested: the verdict on seat {0}, at task {1}", e.Subject, e.Task],
        MarketEvent.TraceDemanded e => T["Provider {0} must show what every operator gave for point {1}", e.Provider, e.Point],
        MarketEvent.TraceAnswered e => T["What every operator gave for point {0} was shown", e.Point],
        MarketEvent.PointProven e => T["A contract found point {0} wrong", e.Point],
        MarketEvent.BondTaken e => T["A bond of {0} {0:token|tokens} was taken", Tokens(e.FromCredit + e.FromStake)],
        MarketEvent.CommitteeCalled e => T["Committee {0} of {1} {1:verifier|verifiers} was called; block {2} draws it", e.Round, e.Size, e.DrawBlock],
        MarketEvent.JurorSeated e => T["Verifier {0} sat down in committee {1}", e.Juror, e.Round],
        MarketEvent.VotingStarted e => T["Committee {0} executes again and votes", e.Round],
        MarketEvent.VoteCommitted e => T["Verifier {0} voted, sealed", e.Juror],
        MarketEvent.OpeningStarted e => T["Committee {0} opens its votes", e.Round],
        MarketEvent.VoteOpened e => T["Verifier {0} opened its vote", e.Juror],
        MarketEvent.RoundDecided e => T[e.Majority ? "Committee {0} decided" : "Committee {0} had no majority", e.Round],
        MarketEvent.StakeSeized e => T["Stake {0} lost {1} {1:token|tokens}", e.StakeId, Tokens(e.Amount)],
        MarketEvent.StakeSettled e => T["Stake {0} is free again", e.StakeId] + (e.Taken == 0 ? "" : T[", lost {0} {0:token|tokens}", Tokens(e.Taken)]) + (e.Paid == 0 ? "" : T[", was paid {0} {0:token|tokens}", Tokens(e.Paid)]),
        MarketEvent.CreditGiven e => T["{0} got {1} {1:token|tokens}", e.Account, Tokens(e.Amount)],
        MarketEvent.DisputeSettled e => T["The dispute is settled; {0} {0:token|tokens} went back, {1} {1:was|were} burnt", Tokens(e.Refunded), Tokens(e.Burnt)],
        MarketEvent.JobFinalized e => T["Final; {0} {0:token|tokens} went back", Tokens(e.Refunded)],
        MarketEvent.JobExpired e => T["Expired; {0} {0:token|tokens} went back", Tokens(e.Refunded)],
        _ => happened.GetType().Name,
    };
}
