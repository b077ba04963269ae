using System.Globalization;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Disputes;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Web.Components.Shared;

/// <summary>The chain's values in words that people read.</summary>
internal static class Shown
{
    public static string Tokens(ulong units) => new Units(units).ToString();

    public static string Time(ulong seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, 253_402_300_799)).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Short(object? id) => id?.ToString() is { Length: > 18 } text ? text[..10] + "…" + text[^6..] : id?.ToString() ?? "";

    public static string Of(JobState state) => state switch
    {
        JobState.Open => "Open: waits for providers",
        JobState.Running => "Running",
        JobState.Revealing => "Revealing results",
        JobState.Verifying => "Being verified",
        JobState.Paid => "Paid, can be contested",
        JobState.Defaulted => "Judged by default",
        JobState.Disputed => "Contested",
        JobState.Final => "Final",
        JobState.Expired => "Expired, refunded",
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
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB"),
    };

    /// <summary>A time span as people say it.</summary>
    public static string Lasting(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} minutes"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days"),
    };

    public static string Iso(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

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
        Outcome.Accept => "accepted",
        Outcome.Refuse => "refused",
        Outcome.Reject => "rejected",
        _ => state switch
        {
            SeatState.Open => "open",
            SeatState.Claimed => "executes",
            SeatState.Committed => "committed",
            SeatState.Revealed => "revealed",
            _ => "late",
        },
    };

    public static string Of(MarketEvent happened) => happened switch
    {
        MarketEvent.JobPosted e => $"Posted, {Tokens((e.Spec.Reward * e.Spec.Replicas) + e.Spec.VerifierFee)} tokens in escrow",
        MarketEvent.JobRaised e => $"Raised by {Tokens(e.Raised)} tokens a seat",
        MarketEvent.SeatClaimed e => $"Provider {e.Provider} claimed seat {e.Seat}",
        MarketEvent.SeatEvicted e => $"Provider {e.Provider} lost seat {e.Seat} and {Tokens(e.Penalty)} tokens for being late",
        MarketEvent.ResultCommitted e => $"Seat {e.Seat} committed to a result",
        MarketEvent.ResultRevealed e => $"Seat {e.Seat} revealed its result",
        MarketEvent.RevealStarted => "All commitments are in",
        MarketEvent.VerificationStarted e => $"All results are in; block {e.DrawBlock} draws verifier and samples",
        MarketEvent.LeafRequested e => $"Task {e.Task} of seat {e.Seat} was demanded on chain",
        MarketEvent.LeafAnswered e => $"Task {e.Task} of seat {e.Seat} was shown",
        MarketEvent.LeafUnserved e => $"Task {e.Task} of seat {e.Seat} was not shown in time",
        MarketEvent.VerdictGiven e => $"Verifier {e.Verifier} gave its verdict and the contract paid",
        MarketEvent.DefaultVerdict => "No verdict came: judged by default",
        MarketEvent.StakeSlashed e => $"Stake {e.StakeId} lost {Tokens(e.Amount)} tokens",
        MarketEvent.Challenged e => $"Contested: {DisputeWords.Of(new DisputePoint(e.Challenger, e.Subject, e.Task))}",
        MarketEvent.TraceDemanded e => $"Provider {e.Provider} must show what every operator gave for point {e.Point}",
        MarketEvent.TraceAnswered e => $"What every operator gave for point {e.Point} was shown",
        MarketEvent.PointProven e => $"A contract found point {e.Point} wrong",
        MarketEvent.BondTaken e => $"A bond of {Tokens(e.FromCredit + e.FromStake)} tokens was taken",
        MarketEvent.CommitteeCalled e => $"Committee {e.Round} of {e.Size} verifiers was called; block {e.DrawBlock} draws it",
        MarketEvent.JurorSeated e => $"Verifier {e.Juror} sat down in committee {e.Round}",
        MarketEvent.VotingStarted e => $"Committee {e.Round} executes again and votes",
        MarketEvent.VoteCommitted e => $"Verifier {e.Juror} voted, sealed",
        MarketEvent.OpeningStarted e => $"Committee {e.Round} opens its votes",
        MarketEvent.VoteOpened e => $"Verifier {e.Juror} opened its vote",
        MarketEvent.RoundDecided e => e.Majority ? $"Committee {e.Round} decided" : $"Committee {e.Round} had no majority",
        MarketEvent.StakeSeized e => $"Stake {e.StakeId} lost {Tokens(e.Amount)} tokens",
        MarketEvent.StakeSettled e => $"Stake {e.StakeId} is free again{(e.Taken == 0 ? "" : $", lost {Tokens(e.Taken)} tokens")}{(e.Paid == 0 ? "" : $", was paid {Tokens(e.Paid)} tokens")}",
        MarketEvent.CreditGiven e => $"{Short(e.Account)} got {Tokens(e.Amount)} tokens",
        MarketEvent.DisputeSettled e => $"The dispute is settled; {Tokens(e.Refunded)} tokens went back, {Tokens(e.Burnt)} were burnt",
        MarketEvent.JobFinalized e => $"Final; {Tokens(e.Refunded)} tokens went back",
        MarketEvent.JobExpired e => $"Expired; {Tokens(e.Refunded)} tokens went back",
        _ => happened.GetType().Name,
    };
}
