using CsCheck;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;
using Market.Protocol.Jobs;

namespace Market.Chain.Tests.State;

/// <summary>The folded state against the contract itself, after what random people did.</summary>
public sealed class MarketStateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Is_what_the_contract_says_after_any_actions(int seed)
    {
        await using var market = await RandomMarket.StartAsync();
        var taken = await market.PlayAsync(seed, 500);
        Assert.True(taken > 40, $"Only {taken} actions were taken.");
        var state = await market.FoldAsync();
        var events = string.Join(", ", state.Jobs.Values.SelectMany(j => j.History).GroupBy(h => h.Event.GetType().Name).Select(g => $"{g.Count()} {g.Key}"));
        Assert.True(state.Jobs.Values.Any(j => j.State == JobState.Final), events);
        Assert.True(state.Jobs.Values.Any(j => j.Seats.Any(s => s.Outcome == Outcome.Accept)), events);
        Assert.True(state.Jobs.Values.Any(j => j.Dispute is { Jurors.IsEmpty: false } && j.IsOver), events);

        foreach (var job in state.Jobs.Values)
        {
            await AssertJobAsync(market, job);
        }

        foreach (var stake in state.Stakes.Values)
        {
            var found = MarketCalls.ReadStakeOf((await market.ReadAsync(MarketCalls.StakeOf(stake.Id))).Span);
            var expected = new Stake(
                stake.Owner, stake.NodeKey, (byte)stake.Role, stake.Slashed, (uint)stake.ActiveFrom, stake.Amount, stake.Locked, stake.Credit,
                stake.Unbonding, stake.UnbondingUntil);
            Assert.Equal(found, expected);
            AssertRecord(state, stake);
        }

        foreach (var account in state.Stakes.Values.Select(s => s.Owner).Append(DevChain.Funded))
        {
            Assert.Equal(MarketCalls.ReadCreditOf((await market.ReadAsync(MarketCalls.CreditOf(account))).Span), state.Credits.GetValueOrDefault(account));
        }

        Assert.Equal(MarketCalls.ReadBurnt((await market.ReadAsync(MarketCalls.Burnt())).Span), state.Burnt);
        Assert.Equal(
            MarketCalls.ReadActiveStake((await market.ReadAsync(MarketCalls.ActiveStake((byte)StakeRole.Provider))).Span), state.ActiveStake(StakeRole.Provider));
    }

    [Fact]
    public async Task A_provider_is_checked_as_posted_at_first_and_less_with_every_accepted_job_and_as_posted_again_after_a_fault()
    {
        await using var market = await RandomMarket.StartAsync(members: 5);
        var shares = new List<int>();
        for (var job = 0; job < 4; job++)
        {
            await market.FinishAsync(tasks: 100, checkBps: 2000, evictedFirst: job == 3);
            shares.Add((await market.FoldAsync()).NewestJobs().First().Check.Value);
        }

        Assert.Equal([2000, 1819, 1667, 2000], shares);
        Assert.Equal(1u, (await market.FoldAsync()).Stakes[1].Record);
    }

    [Fact]
    public async Task Is_the_same_however_the_logs_arrive_and_whatever_was_undone_between()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(7, 60);
        var options = new FollowOptions { MaxRange = 3, PollInterval = TimeSpan.FromMilliseconds(20) };
        await using var follower = await MarketFollower.StartAsync(market.Chain.Client, market.Deployment, options, forgetsEnded: false, Stop);
        var snapshot = await market.Chain.SnapshotAsync();
        await market.PlayAsync(8, 40);
        var left = await HeadAsync(market);
        await follower.WaitAsync(s => s.Block >= left.Number, Stop);

        await market.Chain.RevertAsync(snapshot);
        await market.PlayAsync(9, 60);
        await market.Chain.MineAsync((int)left.Number);
        var head = await HeadAsync(market);
        var followed = await follower.WaitAsync(s => s.Block >= head.Number, Stop);

        AssertSame(await market.FoldAsync(), followed);
    }

    [Fact]
    public async Task Refuses_logs_of_which_some_were_left_out()
    {
        await using var market = await RandomMarket.StartAsync();
        await market.PlayAsync(4, 60);
        var head = await HeadAsync(market);
        var logs = await market.Chain.Client.GetLogsAsync(new LogFilter { Addresses = [market.Deployment.Market] }, market.Deployment.Block, head.Number, Stop);
        var withoutPosts = logs.Where(l => MarketEvent.Decode(l.Topics, l.Data.Span) is not MarketEvent.JobPosted).ToList();
        Assert.Throws<EthereumException>(() => withoutPosts.Aggregate(MarketState.Empty, (s, l) => s.Apply(l)));

        // Any subset either folds or is refused; nothing else escapes.
        Gen.Bool.Array[logs.Count].Sample(keep =>
        {
            try
            {
                var state = logs.Where((_, i) => keep[i]).Aggregate(MarketState.Empty, (s, l) => s.Apply(l));
                return state.Jobs.Count >= 0;
            }
            catch (EthereumException)
            {
                return true;
            }
        }, iter: 200);
    }

    private static async Task<BlockHeader> HeadAsync(RandomMarket market) => (await market.Chain.Client.GetBlockAsync(BlockTag.Latest, Stop))!;

    private static async Task AssertJobAsync(RandomMarket market, JobRecord job)
    {
        var found = MarketCalls.ReadJobOf((await market.ReadAsync(MarketCalls.JobOf(job.Id.ToHash()))).Span);
        if (job.IsOver)
        {
            // Only the events remain of a job that has ended.
            Assert.Equal(0, found.Status);
            return;
        }

        Assert.Equal((JobState)found.Status, job.State);
        Assert.Equal((found.DrawBlock, found.Deadline, found.Raised, found.Verifier), (job.DrawBlock, job.Deadline, job.Raised, job.Verifier));
        Assert.Equal(found.PostedBlock, job.PostedBlock);
        await AssertDisputeAsync(market, job);
        for (var i = 0; i < job.Seats.Length; i++)
        {
            var seat = job.Seats[i];
            Assert.Equal((found.Revealed >> i & 1) == 1, seat.HasResult);
            Assert.Equal((found.Unserved >> i & 1) == 1, seat.Unserved);
            Assert.Equal((found.LeafPending >> i & 1) == 1, seat.DemandedTask is not null);
            if (job.IsJudged && seat.HasResult)
            {
                var outcome = (found.Accepted >> i & 1) == 1 ? Outcome.Accept : (found.Rejected >> i & 1) == 1 ? Outcome.Reject : Outcome.Refuse;
                Assert.Equal(outcome, seat.Outcome);
            }

            if (seat.State != SeatState.Late)
            {
                var held = MarketCalls.ReadSeatOf((await market.ReadAsync(MarketCalls.SeatOf(job.Id.ToHash(), (byte)i))).Span);
                Assert.Equal((held.Provider, held.Due), (seat.Provider, seat.Due));
                Assert.Equal(Hex.Encode(held.Digest.Span), Hex.Encode((seat.Root ?? seat.Commitment ?? Hash256.Zero).ToArray().AsSpan(0, 24)));
            }
        }
    }

    private static async Task AssertDisputeAsync(RandomMarket market, JobRecord job)
    {
        var found = MarketCalls.ReadDisputeOf((await market.ReadAsync(MarketCalls.DisputeOf(job.Id.ToHash()))).Span);
        var folded = job.Dispute ?? new DisputeRecord { Phase = DisputePhase.None };
        var decided = folded.Decisions.FindLastIndex(d => d is not null) + 1;
        Assert.Equal((found.Phase, found.Points, found.Round, found.Standing), ((byte)folded.Phase, folded.Points.Length, folded.Round, decided));
        var committee = folded.Committee.ToList();
        Assert.Equal((found.Seated, found.Voted, found.Opened), (committee.Count, committee.Count(j => j.Commitment is not null), committee.Count(j => j.Opened)));
        for (var i = 0; i < folded.Points.Length; i++)
        {
            var point = MarketCalls.ReadPointOf((await market.ReadAsync(MarketCalls.PointOf(job.Id.ToHash(), (byte)i))).Span);
            Assert.Equal(new DisputePoint(point.Challenger, point.Subject, point.Task), folded.Points[i]);
        }
    }

    /// <summary>Accepted results of jobs that are over and were judged by a verifier, all of them unless the stake was at fault once.</summary>
    private static void AssertRecord(MarketState state, StakeRecord stake)
    {
        var seats = state.Jobs.Values.Where(j => j.State == JobState.Final && j.Verifier != 0).SelectMany(j => j.Seats).Where(s => s.Provider == stake.Id && s.HasResult).ToList();
        var faulty = stake.Slashed || seats.Any(s => s.Unserved || s.Outcome == Outcome.Reject)
            || state.Jobs.Values.SelectMany(j => j.History).Any(h => h.Event is MarketEvent.SeatEvicted e && e.Provider == stake.Id || h.Event is MarketEvent.LeafUnserved);
        var accepted = seats.Count(s => s.Outcome == Outcome.Accept);
        Assert.InRange((int)stake.Record, faulty ? 0 : accepted, accepted);
    }

    private static void AssertSame(MarketState expected, MarketState found)
    {
        Assert.Equal(expected.JobOrder, found.JobOrder);
        Assert.All(expected.Jobs, pair => Assert.Equal((pair.Value, pair.Value.Check), (found.Jobs[pair.Key], found.Jobs[pair.Key].Check)));
        Assert.Equal(expected.Stakes.OrderBy(p => p.Key), found.Stakes.OrderBy(p => p.Key));
        Assert.Equal(expected.Credits.Where(p => p.Value > 0).OrderBy(p => p.Key), found.Credits.Where(p => p.Value > 0).OrderBy(p => p.Key));
        Assert.Equal(expected.Profiles.OrderBy(p => p.Key), found.Profiles.OrderBy(p => p.Key));
        Assert.Equal(expected.Burnt, found.Burnt);
    }
}
