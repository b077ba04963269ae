using System.Numerics;
using Market.Ethereum;
using Market.Ethereum.Rpc;

namespace Market.Benchmarks.Logs;

/// <summary>A market's life as its contract would tell it: stakers join and leave, jobs run their courses, some end badly.</summary>
internal sealed class MarketHistory(EventLog log)
{
    private const ulong Token = 1_000_000_000;
    private const ulong Reward = Token / 2, Fee = Token / 4, Penalty = Token / 10;
    private const int Providers = 60, Verifiers = 12, Requesters = 40;

    private readonly Dictionary<int, (uint Stake, Address Owner, Address Node)> _stakers = [];
    private uint _stakes;
    private uint _jobs;

    /// <summary>Tells so many jobs, one after the other: nothing of those that were told stays in memory.</summary>
    public IEnumerable<LogEntry> Tell(int jobs)
    {
        log.Emit("TermsRegistered", 1, new object[] { 3600, 7200, 900, 3600, 600, 3600, 1800, 2 });
        for (var i = 0; i < Providers + Verifiers; i++)
        {
            Join(i);
        }

        while (_jobs < jobs)
        {
            Job();
            if (_jobs % 10 == 0)
            {
                Aside((int)(_jobs / 10) % (Providers + Verifiers));
            }

            foreach (var told in log.Take())
            {
                yield return told;
            }
        }
    }

    private void Join(int staker)
    {
        var (owner, node) = (EventLog.AddressOf($"owner {staker}"), EventLog.AddressOf($"node {staker} {_stakes}"));
        _stakers[staker] = (++_stakes, owner, node);
        log.Emit("StakeRegistered", _stakes, owner, node, staker < Providers ? 1 : 2, 10_000 * Token);
        log.Emit("ProfilePublished", node, Keccak256.Hash("profile"u8), $"/ip4/127.0.0.1/tcp/{4000 + staker},/dns4/node{staker}.example/tcp/4001");
    }

    /// <summary>What stakers do beside jobs.</summary>
    private void Aside(int staker)
    {
        var (stake, owner, _) = _stakers[staker];
        log.Block++;
        log.Emit("StakeAdded", stake, 5 * Token);
        log.Emit("UnbondingStarted", stake, Token, 1_000_000 + log.Block);
        log.Emit("StakeWithdrawn", stake, owner, Token);
        log.Emit("Withdrawn", owner, owner, Reward);
        var node = EventLog.AddressOf($"node {staker} at {log.Block}");
        _stakers[staker] = (stake, owner, node);
        log.Emit("NodeKeyChanged", stake, node);
    }

    // Of 40 jobs: 10 have one seat, one is raised, one loses a seat to a provider that vanishes, two see leaves demanded,
    // one is decided by default, one is contested, and one expires.
    private void Job()
    {
        var course = _jobs++ % 40;
        var id = Keccak256.Hash(BitConverter.GetBytes(_jobs));
        var requester = EventLog.AddressOf($"requester {_jobs % Requesters}");
        var seats = course % 4 == 3 ? 1 : 3;
        var escrow = (Reward * (ulong)seats) + Fee;
        log.Block++;
        log.Emit("Deposited", requester, escrow);
        log.Emit("JobPosted", id, requester, Spec(requester, seats), log.Block + 2, Soon);
        if (course == 4)
        {
            log.Emit("JobExpired", id, escrow);
            return;
        }

        if (course == 5)
        {
            log.Emit("Deposited", requester, (ulong)seats * Penalty);
            log.Emit("JobRaised", id, Penalty);
        }

        var holders = Claim(id, seats, vanishes: course == 6);
        Deliver(id, seats);
        var rejected = Demand(id, holders, course);
        Judge(id, holders, rejected, byDefault: course == 9);
        if (course == 20)
        {
            Dispute(id, holders);
            return;
        }

        log.Emit("JobFinalized", id, (ulong)int.PopCount(rejected) * Reward);
    }

    private uint Soon => 1_700_000_000 + (log.Block * 12);

    private object[] Spec(Address requester, int seats) =>
        [requester, (ulong)_jobs / Requesters, Keccak256.Hash("bundle"u8), 24, seats, Reward, Fee, Token, 2000, 1000, 1, 11_000_000u, 2_000_000u];

    private int[] Claim(Hash256 id, int seats, bool vanishes)
    {
        int[] holders = [.. Enumerable.Range(0, seats).Select(seat => (int)((_jobs * 7) + (uint)seat) % Providers)];
        for (var seat = 0; seat < seats; seat++)
        {
            log.Block++;
            log.Emit("SeatClaimed", id, seat, _stakers[holders[seat]].Stake, Soon);
            if (vanishes && seat == 0)
            {
                log.Emit("SeatEvicted", id, seat, _stakers[holders[seat]].Stake, Penalty, EventLog.AddressOf("caller"), Penalty / 2);
                holders[seat] = (holders[seat] + seats) % Providers;
                log.Emit("SeatClaimed", id, seat, _stakers[holders[seat]].Stake, Soon);
            }
        }

        return holders;
    }

    private void Deliver(Hash256 id, int seats)
    {
        for (var seat = 0; seat < seats && seats > 1; seat++)
        {
            log.Block++;
            log.Emit("ResultCommitted", id, seat, Keccak256.Hash([1, (byte)seat, (byte)_jobs]));
        }

        if (seats > 1)
        {
            log.Emit("RevealStarted", id, Soon);
        }

        for (var seat = seats - 1; seat >= 0; seat--)
        {
            log.Emit("ResultRevealed", id, seat, Keccak256.Hash("class"u8), Keccak256.Hash([2, (byte)seat, (byte)_jobs]));
        }

        log.Block++;
        log.Emit("VerificationStarted", id, log.Block + 2, Soon);
    }

    /// <summary>Leaves that are demanded of the first seat: answered in one course, unserved in another. Returns whom that rejects.</summary>
    private int Demand(Hash256 id, int[] holders, uint course)
    {
        if (course is not (8 or 10))
        {
            return 0;
        }

        log.Emit("LeafRequested", id, 0, 5, Soon, Soon);
        log.Block += 5;
        if (course == 8)
        {
            log.Emit("LeafAnswered", id, 0, 5, 0, Keccak256.Hash("leaf"u8));
            return 0;
        }

        log.Emit("LeafUnserved", id, 0, 5);
        log.Emit("StakeSlashed", _stakers[holders[0]].Stake, id, 10_000 * Token, 0, 0);
        Join(holders[0]);
        return 1;
    }

    private void Judge(Hash256 id, int[] holders, int rejected, bool byDefault)
    {
        var accepted = ((1 << holders.Length) - 1) & ~rejected;
        log.Block += 3;
        if (byDefault)
        {
            log.Emit("DefaultVerdict", id, accepted, Soon);
            return;
        }

        var verifier = _stakers[Providers + (int)(_jobs % Verifiers)].Stake;
        log.Emit("VerdictGiven", id, verifier, accepted, rejected, Keccak256.Hash("evidence"u8), BigInteger.Zero, log.Block + 2, Soon);
    }

    /// <summary>The first seat is contested, and a committee of three finds it wrong.</summary>
    private void Dispute(Hash256 id, int[] holders)
    {
        const ulong Locked = 2 * Token;
        var challenger = EventLog.AddressOf("challenger");
        uint[] jurors = [.. Enumerable.Range(1, 3).Select(i => _stakers[Providers + (int)((_jobs + i) % Verifiers)].Stake)];
        log.Emit("Deposited", challenger, Token);
        log.Emit("BondTaken", id, challenger, 0, Token, 0);
        log.Emit("Challenged", id, 0, challenger, 0, 5, Soon);
        log.Emit("TraceDemanded", id, 0, _stakers[holders[0]].Stake, Soon);
        log.Emit("TraceAnswered", id, 0, 0, Keccak256.Hash("leaf"u8), Keccak256.Hash("trace"u8));
        log.Emit("PointProven", id, 0);
        log.Block += 50;
        log.Emit("CommitteeCalled", id, 1, 3, Address.Zero, log.Block + 2, Soon);
        EachJuror(jurors, juror => log.Emit("JurorSeated", id, 1, juror, Locked));
        log.Emit("VotingStarted", id, 1, Soon);
        EachJuror(jurors, juror => log.Emit("VoteCommitted", id, 1, juror, Keccak256.Hash("vote"u8)));
        log.Emit("OpeningStarted", id, 1, Soon);
        EachJuror(jurors, juror => log.Emit("VoteOpened", id, 1, juror, 1, Keccak256.Hash("digest"u8)));
        log.Emit("RoundDecided", id, 1, true, 1, Soon);
        log.Block += 50;
        log.Emit("StakeSeized", _stakers[holders[0]].Stake, id, 10_000 * Token);
        foreach (var juror in jurors)
        {
            log.Emit("StakeSettled", juror, id, Locked, 0, Fee);
        }

        log.Emit("CreditGiven", id, challenger, 0, Token);
        log.Emit("DisputeSettled", id, ((1 << holders.Length) - 1) & ~1, 1, Reward, Token);
        Join(holders[0]);
    }

    private void EachJuror(uint[] jurors, Action<uint> act)
    {
        foreach (var juror in jurors)
        {
            log.Block++;
            act(juror);
        }
    }
}
