using System.Diagnostics;
using System.Globalization;
using Market.Chain.State;
using Market.Index.Reading;
using Market.Protocol.Jobs;

namespace Market.Benchmarks.Index;

/// <summary>How long an index takes to answer what each page asks, some hundred times each, anywhere in the lists.</summary>
internal static class PageQuestions
{
    private const string Nobody = "0x00000000000000000000000000000000000000aa";
    private static readonly CancellationToken Never = CancellationToken.None;

    public static async Task AskAsync(string name, IndexReader reader, MarketState state)
    {
        var random = new Random(1);
        string Somewhere() => random.NextInt64(1, state.Posted).ToString(CultureInfo.InvariantCulture);
        var some = (await reader.JobsAsync(new JobFilter(), Somewhere(), 200, Never)).Items;
        string Requester() => some[random.Next(some.Count)].Requester;
        Task Jobs(JobFilter filter) => reader.JobsAsync(filter, Somewhere(), 25, Never);
        Report.Begin("p50", "p95, goal", "most");
        async Task TimeAsync(string what, Func<Task> ask) => await RowAsync($"{name}: {what}", ask);

        await TimeAsync("overview, a year of weeks", () => OverviewAsync(reader, (long)(state.Time / 3600)));
        await TimeAsync("jobs", () => Jobs(new JobFilter()));
        await TimeAsync("jobs that expired", () => Jobs(new JobFilter { State = JobState.Expired }));
        await TimeAsync("jobs that wait for nothing, of which there are none", () => Jobs(new JobFilter { State = JobState.Defaulted }));
        await TimeAsync("contested jobs", () => Jobs(new JobFilter { Disputed = true }));
        await TimeAsync("jobs of a requester", () => Jobs(new JobFilter { Requester = Requester() }));
        await TimeAsync("a requester's final jobs", () => Jobs(new JobFilter { Requester = Requester(), State = JobState.Final }));
        await TimeAsync("a requester's expired jobs", () => Jobs(new JobFilter { Requester = Requester(), State = JobState.Expired }));
        await TimeAsync("a requester's open jobs, contested", () => Jobs(new JobFilter { Requester = Requester(), State = JobState.Open, Disputed = true }));
        await TimeAsync("final jobs of somebody who has none", () => Jobs(new JobFilter { Requester = Nobody, State = JobState.Final, Disputed = false }));
        await TimeAsync("expired jobs, contested, of which there are none", () => Jobs(new JobFilter { State = JobState.Expired, Disputed = true }));
        await TimeAsync("expired jobs of a bundle that all have", () => Jobs(new JobFilter { Bundle = some[0].Bundle, State = JobState.Expired }));
        await TimeAsync("a bundle's jobs, contested and expired", () => Jobs(new JobFilter { Bundle = some[0].Bundle, State = JobState.Expired, Disputed = true }));
        await TimeAsync("jobs of a model", () => Jobs(new JobFilter { Model = some[0].Bundle }));
        await TimeAsync("models by use", () => ModelsAsync(reader));
        await TimeAsync("one job with all its events", () => reader.JobAsync(some[random.Next(some.Count)].Id, Never));
        await TimeAsync("a provider and its seats", () => StakeAsync(reader, random.NextInt64(1, 60), Somewhere()));
        await TimeAsync("a verifier and its verdicts", () => VerifierAsync(reader, random.NextInt64(61, 72), Somewhere()));
        await TimeAsync("providers", () => reader.StakesAsync(StakeRole.Provider, null, 50, Never));
        await TimeAsync("prices of the newest 200 jobs", () => reader.JobsAsync(new JobFilter(), null, 200, Never));
        await TimeAsync("status", () => reader.PositionAsync(Never));
        await TimeAsync("search by the beginning of an id", () => reader.SearchAsync(some[random.Next(some.Count)].Id[..12], Never));
        await TimeAsync("search by an address", () => reader.SearchAsync(Requester(), Never));
        await TimeAsync("search by a bundle that all jobs have", () => reader.SearchAsync(some[0].Bundle, Never));
        await TimeAsync("search for what is not there", () => reader.SearchAsync(Nobody, Never));
    }

    private static Task OverviewAsync(IndexReader reader, long hour) => Task.WhenAll(
        reader.TotalsAsync(Never), reader.StretchesAsync(hour - (52 * 7 * 24) + 1, hour, 7 * 24, Never), reader.JobsAsync(new JobFilter(), null, 8, Never));

    private static async Task ModelsAsync(IndexReader reader)
    {
        await reader.ModelsAsync(null, 50, Never);
        await reader.ModelCoverageAsync(Never);
    }

    private static async Task StakeAsync(IndexReader reader, long stake, string cursor)
    {
        await reader.StakeAsync(stake, Never);
        await reader.SeatsAsync(stake, cursor, 25, Never);
    }

    private static async Task VerifierAsync(IndexReader reader, long stake, string cursor)
    {
        await reader.StakeAsync(stake, Never);
        await reader.JobsAsync(new JobFilter { Verifier = stake }, cursor, 25, Never);
    }

    private static async Task RowAsync(string what, Func<Task> ask)
    {
        const int Warm = 20, Times = 300;
        var times = new double[Times];
        for (var i = -Warm; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await ask();
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        Report.Row(what, Report.Number(times[Times / 2], "ms"), $"{Report.Number(times[Times * 95 / 100], "ms")}, < 50", Report.Number(times[^1], "ms"));
    }
}
