using Market.Chain.State;
using Market.Jobs.Disputes;
using Market.Node.Requests;
using Market.Protocol.Jobs;
using Spectre.Console;

namespace Market.Demo;

/// <summary>A job's life as a table that grows.</summary>
internal static class JobTable
{
    private static readonly string[] Stages = ["open", "claimed", "committed", "revealed", "verifier drawn", "verified", "paid", "final"];

    public static Table Of(JobRecord? job, TimeSpan elapsed)
    {
        var reached = job is null ? -1 : Reached(job);
        var line = string.Join(" → ", Stages.Select((stage, i) => i <= reached ? $"[green]{stage}[/]" : $"[grey]{stage}[/]"));
        var table = new Table().Title($"{elapsed.TotalSeconds:0} s").AddColumns("seat", "provider", "state", "result root")
            .Caption(job is not null && DisputeWords.Of(job) is { } words ? $"{line}\n{Markup.Escape(words)}" : line);
        for (var i = 0; i < job?.Seats.Length; i++)
        {
            var seat = job.Seats[i];
            table.AddRow($"{i}", seat.Provider == 0 ? "" : $"{seat.Provider}", JobLine.Word(seat), seat.Root?.ToString()[..18] ?? "");
        }

        return table;
    }

    private static int Reached(JobRecord job) => job.State switch
    {
        JobState.Open => 0,
        JobState.Running => 1,
        JobState.Revealing => 2,
        JobState.Verifying => 4,
        JobState.Paid or JobState.Defaulted or JobState.Disputed => 6,
        JobState.Final => 7,
        _ => 0,
    };
}
