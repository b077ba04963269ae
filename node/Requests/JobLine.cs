using System.Globalization;
using Market.Chain.State;
using Market.Jobs.Disputes;
using Market.Protocol.Jobs;

namespace Market.Node.Requests;

/// <summary>A job's progress in one line.</summary>
public static class JobLine
{
    public static string Of(JobRecord job)
    {
        var seats = job.Seats.Select((s, i) => s.State == SeatState.Open ? $"seat {i} open" : $"provider {s.Provider} {Word(s)}");
        return string.Create(CultureInfo.InvariantCulture, $"{job.State}: {string.Join(", ", seats)}{(job.State == JobState.Verifying ? $"; {job.Check} of the tasks are executed again" : "")}{(job.Verifier == 0 ? "" : $"; judged by verifier {job.Verifier}")}{(DisputeWords.Of(job) is { } dispute ? $". {dispute}" : "")}");
    }

    /// <summary>Where a seat stands, in one word.</summary>
    public static string Word(SeatRecord seat) => seat.Outcome switch
    {
        Outcome.Accept => "accepted",
        Outcome.Refuse => "refused",
        Outcome.Reject => "rejected",
        _ => seat.State switch
        {
            SeatState.Open => "open",
            SeatState.Claimed => "executes",
            SeatState.Committed => "committed",
            SeatState.Revealed => "revealed",
            _ => "late",
        },
    };
}
