using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using JobSpec = Market.Chain.Contracts.JobSpec;

namespace Market.Chain.Tests.State;

/// <summary>How long providers worked for jobs: case by case, and against a real chain's blocks.</summary>
public sealed class JobWorkTests
{
    private static readonly Terms Windows = new(ClaimWindow: 100, RunWindow: 200, RevealWindow: 30, VerdictWindow: 40, LeafWindow: 5, ChallengeWindow: 60, DisputeWindow: 70, Quorum: 1);
    private static readonly Hash256 Id = Keccak256.Hash("job"u8);

    [Fact]
    public void Nothing_is_told_before_the_verdict() =>
        Assert.Equal("- -", Told([Seat(1010, Outcome.None), Seat(1020, Outcome.None)], Claim(2, 0, 1010), Claim(3, 1, 1020), Commit(4, 0), Commit(5, 1), (5, new MarketEvent.RevealStarted(Id, 1130))));

    [Theory]
    [InlineData(Outcome.Refuse)]
    [InlineData(Outcome.Reject)]
    public void Work_that_was_not_accepted_is_not_counted(Outcome outcome) =>
        Assert.Equal("- 80", Told([Seat(1010, outcome), Seat(1020)], Claim(2, 0, 1010), Claim(3, 1, 1020), Commit(4, 0), Commit(5, 1), (5, new MarketEvent.RevealStarted(Id, 1130))));

    [Fact]
    public void A_result_that_came_with_the_claim_was_computed_before_it_and_tells_no_time()
    {
        Assert.Equal("-", Told([Seat(1010)], Claim(2, 0, 1010), Reveal(2, 0), (2, new MarketEvent.VerificationStarted(Id, 5, 1050))));
        Assert.Equal("- -", Told([Seat(1010), Seat(1020)], Claim(2, 0, 1010), Commit(2, 0), Claim(3, 1, 1020), Reveal(3, 1), (3, new MarketEvent.RevealStarted(Id, 1050)), Reveal(4, 0)));
    }

    [Fact]
    public void Who_claimed_first_is_told_where_another_came_with_its_result() =>
        Assert.Equal("110 -", Told([Seat(1010), Seat(1110)], Claim(2, 0, 1010), Claim(3, 1, 1110), Commit(3, 1), Reveal(4, 0), (4, new MarketEvent.RevealStarted(Id, 1150)), Reveal(5, 1)));

    [Fact]
    public void A_single_replica_works_from_its_claim_to_its_result() =>
        Assert.Equal("75", Told([Seat(1010)], Claim(2, 0, 1010), Reveal(3, 0), (3, new MarketEvent.VerificationStarted(Id, 6, 1125))));

    [Fact]
    public void Several_work_from_the_claim_of_each_until_the_last_commitment_and_not_until_results_are_revealed() => Assert.Equal("90 80", Told(
        [Seat(1010), Seat(1020)], Claim(2, 0, 1010), Claim(3, 1, 1020), Commit(4, 0), Commit(5, 1), (5, new MarketEvent.RevealStarted(Id, 1130)), Reveal(6, 0), Reveal(7, 1), (7, new MarketEvent.VerificationStarted(Id, 9, 1150))));

    [Fact]
    public void Who_replaced_a_late_one_works_from_its_own_claim() => Assert.Equal("290 80", Told(
        [Seat(1010), Seat(1220)], Claim(2, 0, 1010), Claim(3, 1, 1015), Commit(4, 0), (5, new MarketEvent.SeatEvicted(Id, 1, 2, 1, default, 0)), Claim(6, 1, 1220), Commit(7, 1), (7, new MarketEvent.RevealStarted(Id, 1330))));

    [Fact]
    public void Where_a_seat_delivered_nothing_work_ends_when_the_job_goes_on_without_it() => Assert.Equal("390 -", Told(
        [Seat(1010), SeatRecord.Free], Claim(2, 0, 1010), Claim(3, 1, 1020), Commit(4, 0), (5, new MarketEvent.SeatEvicted(Id, 1, 2, 1, default, 0)), (5, new MarketEvent.RevealStarted(Id, 1430)), Reveal(6, 0)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_told_lies_between_the_blocks_of_the_claim_and_of_the_last_commitment(int seed)
    {
        await using var market = await RandomMarket.StartAsync();
        await market.FinishAsync(4, 2000, evictedFirst: false, withResult: true);
        await market.FinishAsync(4, 2000, evictedFirst: true);
        await market.PlayAsync(seed, 400);
        var jobs = (await market.FoldAsync()).Jobs.Values.OrderBy(j => j.Number).ToList();
        var numbers = jobs.SelectMany(j => j.History).Select(h => h.Block).Distinct().ToList();
        var times = (await market.Chain.Client.GetBlocksAsync(numbers, TestContext.Current.CancellationToken)).ToDictionary(b => b!.Number, b => (long)b!.Timestamp);
        Assert.Null(Assert.Single(jobs[0].WorkSeconds()));
        Assert.InRange(Assert.Single(jobs[2].WorkSeconds()) ?? 0, 10, 39);
        Assert.Contains(jobs, j => j.WorkSeconds().Count(s => s is not null) > 1);
        foreach (var job in jobs.Skip(1))
        {
            Assert.Equal(job.Seats.Select((s, i) => s.Outcome == Outcome.Accept ? End(job) - times[job.History.Last(h => h.Event is MarketEvent.SeatClaimed e && e.Seat == i).Block] : (long?)null), job.WorkSeconds());
        }

        long End(JobRecord job) => times[job.History.First(h => h.Event is MarketEvent.RevealStarted || (h.Event is MarketEvent.VerificationStarted && job.Seats.Length == 1)).Block];
    }

    private static (ulong, MarketEvent) Claim(ulong block, byte seat, uint time) => (block, new MarketEvent.SeatClaimed(Id, seat, seat + 1u, time + Windows.RunWindow));

    private static (ulong, MarketEvent) Commit(ulong block, byte seat) => (block, new MarketEvent.ResultCommitted(Id, seat, Id));

    private static (ulong, MarketEvent) Reveal(ulong block, byte seat) => (block, new MarketEvent.ResultRevealed(Id, seat, Id, Id));

    private static SeatRecord Seat(uint claimed, Outcome outcome = Outcome.Accept) =>
        new() { State = SeatState.Judged, Provider = 1, Due = claimed + Windows.RunWindow, Root = Id, Outcome = outcome };

    /// <summary>The work of a job's seats as its events tell it.</summary>
    private static string Told(SeatRecord[] seats, params (ulong Block, MarketEvent Event)[] later)
    {
        var spec = new JobSpec(default, 0, Id, 8, (byte)seats.Length, 1, 1, 1, 1000, 0, 1, 1, 1);
        (ulong Block, MarketEvent Event) posted = (1, new MarketEvent.JobPosted(Id, default, spec, 3, 1100));
        var job = new JobRecord
        {
            Id = Id.ToId<JobId>(),
            Number = 1,
            Spec = spec,
            Terms = Windows,
            PostedBlock = 1,
            State = JobState.Paid,
            Seats = [.. seats],
            Check = new BasisPoints(1000),
            History = [.. later.Prepend(posted).Select(e => new JobEvent(e.Event, e.Block, default))],
        };
        return string.Join(' ', job.WorkSeconds().Select(s => s?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"));
    }
}
