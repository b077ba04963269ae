using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using JobSpec = Market.Chain.Contracts.JobSpec;

namespace Market.Chain.Tests.State;

/// <summary>When things happened to jobs, and what comes: against a real chain's blocks, and state by state.</summary>
public sealed class JobStagesTests
{
    private const uint Posted = 1000;
    private static readonly Terms Windows = new(ClaimWindow: 100, RunWindow: 200, RevealWindow: 30, VerdictWindow: 40, LeafWindow: 5, ChallengeWindow: 60, DisputeWindow: 70, Quorum: 1);
    private static readonly Hash256 Id = Keccak256.Hash("job"u8);
    private static readonly SeatRecord Claimed = new() { State = SeatState.Claimed, Provider = 1, Due = 1210 };
    private static readonly MarketEvent[] Delivered = [new MarketEvent.SeatClaimed(Id, 0, 1, 1210), new MarketEvent.SeatClaimed(Id, 1, 2, 1220), new MarketEvent.RevealStarted(Id, 1130), new MarketEvent.VerificationStarted(Id, 9, 1150)];
    private static readonly MarketEvent Verdict = new MarketEvent.VerdictGiven(Id, 5, 3, 0, Id, 0, 12, 1180);
    private static readonly MarketEvent Challenged = new MarketEvent.Challenged(Id, 0, default, 1, 3, 1240);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_time_that_is_told_is_that_of_the_block_and_stages_follow_each_other(int seed)
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(seed, 500);
        var jobs = (await market.FoldAsync()).Jobs.Values.ToList();
        var numbers = jobs.SelectMany(j => j.History).Select(h => h.Block).Distinct().ToList();
        var blocks = (await market.Chain.Client.GetBlocksAsync(numbers, TestContext.Current.CancellationToken)).ToDictionary(b => b!.Number, b => (long)b!.Timestamp);
        foreach (var job in jobs)
        {
            var times = job.BlockTimes();
            Assert.All(times, told => Assert.Equal(blocks[told.Key], told.Value));
            Assert.All(job.History.Where(h => h.Event is MarketEvent.JobPosted or MarketEvent.SeatClaimed or MarketEvent.RevealStarted or MarketEvent.VerificationStarted or MarketEvent.VerdictGiven
                or MarketEvent.DefaultVerdict or MarketEvent.CommitteeCalled or MarketEvent.VotingStarted or MarketEvent.OpeningStarted or MarketEvent.LeafRequested), h => Assert.Contains(h.Block, times.Keys));
            AssertInOrder(job);
        }

        Assert.Contains(jobs, j => j.History.Any(h => h.Event is MarketEvent.RoundDecided && j.BlockTimes().ContainsKey(h.Block)));
        Assert.Contains(jobs, j => j.State == JobState.Final);
    }

    private static void AssertInOrder(JobRecord job)
    {
        var stages = JobStages.Of(job);
        Assert.Equal(stages.OrderBy(s => s.State), stages);
        Assert.Equal(stages.Select(s => s.Step).Distinct(), stages.Select(s => s.Step));
        Assert.Equal(job.IsOver ? 0 : 1, stages.Count(s => s.State == StageState.Now));
        Assert.Equal(job.IsOver, stages.All(s => s.State == StageState.Done));
        var times = stages.Select(s => s.At ?? s.By).OfType<long>().ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(job.Dispute is not null, stages.Any(s => s.Step == JobStep.Contested));
    }

    [Fact]
    public void An_open_job_waits_for_providers_and_all_else_comes_by_the_end_of_its_windows() => Assert.Equal(
        ["Posted Done 1000 ", "Claimed Now  1100", "Executed Ahead  1330", "Judged Ahead  1370", "Doubted Ahead  1430", "Final Ahead  "],
        Told(Job(JobState.Open, 1100, [SeatRecord.Free, Claimed], new MarketEvent.SeatClaimed(Id, 1, 1, 1210))));

    [Fact]
    public void A_single_replica_has_nothing_to_reveal_later() =>
        Assert.Equal("Executed Ahead  1300", Told(Job(JobState.Open, 1100, [SeatRecord.Free]))[2]);

    [Fact]
    public void What_runs_is_done_when_its_last_seat_is_due() => Assert.Equal(
        ["Posted Done 1000 ", "Claimed Done 1020 ", "Executed Now  1240", "Judged Ahead  1280", "Doubted Ahead  1340", "Final Ahead  "],
        Told(Job(JobState.Running, 1100, [Claimed, Claimed with { State = SeatState.Committed, Due = 1220 }], Delivered[..2])));

    [Fact]
    public void A_seat_that_stayed_free_leaves_no_time_at_which_all_were_claimed() => Assert.Equal(
        ["Claimed Done  ", "Executed Now  1130"], Told(Job(JobState.Revealing, 1130, [Claimed, SeatRecord.Free], Delivered[0], Delivered[2]))[1..3]);

    [Fact]
    public void A_demanded_task_makes_the_verdict_later() => Assert.Equal(
        ["Executed Done 1110 ", "Judged Now  1175", "Doubted Ahead  1235"],
        Told(Job(JobState.Verifying, 1175, Seats, [.. Delivered, new MarketEvent.LeafRequested(Id, 0, 3, 1135, 1175)]))[2..5]);

    [Fact]
    public void A_verdict_can_be_doubted_until_its_window_ends() => Assert.Equal(
        ["Judged Done 1120 ", "Doubted Now  1180", "Final Ahead  "], Told(Job(JobState.Paid, 1180, Seats, [.. Delivered, Verdict]))[3..]);

    [Fact]
    public void A_default_verdict_is_one_too() => Assert.Equal(
        ["Judged Done 1200 ", "Doubted Now  1260"], Told(Job(JobState.Defaulted, 1260, Seats, [.. Delivered, new MarketEvent.DefaultVerdict(Id, 3, 1260)]))[3..5]);

    [Fact]
    public void Who_contests_takes_the_place_of_the_window_and_nobody_knows_when_it_ends() => Assert.Equal(
        ["Judged Done 1120 ", "Contested Now  1240", "Final Ahead  "], Told(Contested(JobState.Disputed, new DisputeRecord { Points = [new DisputePoint(default, 1, 3)] }))[3..]);

    [Theory]
    [InlineData(false, "Contested Now  1310")]
    [InlineData(true, "Contested Now  1380")]
    public void What_was_demanded_may_be_shown_for_one_window_and_proven_wrong_for_two(bool answered, string told)
    {
        var point = new DisputePoint(default, 1, 3) { TraceDeadline = 1310, Answer = answered ? new TraceAnswer(Id, Id) : null };
        Assert.Equal(told, Told(Contested(JobState.Disputed, new DisputeRecord { Points = [point] }))[4]);
    }

    [Fact]
    public void A_settled_dispute_is_final_at_a_time_that_no_event_tells() => Assert.Equal(
        ["Contested Done  ", "Final Done  "], Told(Contested(JobState.Final, new DisputeRecord(), new MarketEvent.DisputeSettled(Id, 3, 0, 0, 0)))[4..]);

    [Fact]
    public void What_nobody_doubted_was_safe_when_the_window_ended() => Assert.Equal(
        ["Doubted Done 1180 ", "Final Done  "], Told(Job(JobState.Final, 1180, Seats, [.. Delivered, Verdict, new MarketEvent.JobFinalized(Id, 0)]))[4..]);

    [Fact]
    public void Too_few_results_end_a_job_whether_it_was_begun_or_not()
    {
        Assert.Equal(["Posted Done 1000 ", "Expired Done  "], Told(Job(JobState.Expired, 1100, [SeatRecord.Free, SeatRecord.Free], new MarketEvent.JobExpired(Id, 1))));
        var late = Claimed with { State = SeatState.Late };
        Assert.Equal(["Posted Done 1000 ", "Claimed Done 1020 ", "Expired Done  "], Told(Job(JobState.Expired, 1130, [late, late], [.. Delivered[..3], new MarketEvent.JobExpired(Id, 1)])));
    }

    [Theory]
    [InlineData(true, 1, 1390, 1320L)]
    [InlineData(true, 1, 1330, 1330L)]
    [InlineData(false, 1, 1425, 1425L)]
    [InlineData(false, 2, 1480, 1410L)]
    [InlineData(false, 1, 1480, null)]
    public void When_a_committee_spoke_is_told_only_where_the_events_leave_no_doubt(bool allOpened, int rounds, int deadline, long? time)
    {
        var juror = new JurorRecord(7, 1) { Commitment = Id, Digest = allOpened ? Id : null };
        var dispute = new DisputeRecord { Round = (byte)rounds, Points = [new DisputePoint(default, 1, 3)], Jurors = [juror] };
        var job = Contested(JobState.Disputed, dispute, new MarketEvent.OpeningStarted(Id, 1, 1380), new MarketEvent.RoundDecided(Id, 1, false, 0, (uint)deadline));
        Assert.Equal(time, job.BlockTimes().TryGetValue(job.History[^1].Block, out var told) ? told : null);
    }

    private static SeatRecord[] Seats { get; } = [.. Enumerable.Repeat(Claimed with { State = SeatState.Revealed, Root = Id }, 2)];

    private static List<string> Told(JobRecord job) => [.. JobStages.Of(job).Select(s => $"{s.Step} {s.State} {s.At} {s.By}")];

    private static JobRecord Contested(JobState state, DisputeRecord dispute, params MarketEvent[] later) =>
        Job(state, 1240, Seats, [.. Delivered, Verdict, Challenged, .. later]) with { Dispute = dispute };

    /// <summary>A job as events tell it, each in a block of its own.</summary>
    private static JobRecord Job(JobState state, uint deadline, SeatRecord[] seats, params MarketEvent[] later)
    {
        var spec = new JobSpec(default, 0, Id, 8, (byte)seats.Length, 1, 1, 1, 1000, 0, 1, 1, 1);
        MarketEvent[] all = [new MarketEvent.JobPosted(Id, default, spec, 3, Posted + Windows.ClaimWindow), .. later];
        return new JobRecord
        {
            Id = Id.ToId<JobId>(),
            Number = 1,
            Spec = spec,
            Terms = Windows,
            PostedBlock = 1,
            State = state,
            Deadline = deadline,
            Seats = [.. seats],
            Check = new BasisPoints(1000),
            History = [.. all.Select((happened, i) => new JobEvent(happened, (ulong)i + 1, default))],
        };
    }
}
