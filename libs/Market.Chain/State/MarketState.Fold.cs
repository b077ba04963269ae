using System.Collections.Immutable;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Trust;

namespace Market.Chain.State;

public sealed partial record MarketState
{
    /// <summary>The state after one more log of the market's contract.</summary>
    /// <exception cref="EthereumException">The log is none that the contract emits in this state: the endpoint made it up, or left some out.</exception>
    public MarketState Apply(LogEntry log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (MarketEvent.Decode(log.Topics, log.Data.Span) is not { } happened)
        {
            return this;
        }

        try
        {
            return Apply(happened, new JobEvent(happened, log.BlockNumber, log.TransactionHash));
        }
        catch (Exception e) when (e is KeyNotFoundException or OverflowException)
        {
            throw new EthereumException($"Log {log.LogIndex} of block {log.BlockNumber}, {happened.GetType().Name}, does not follow from the logs before it.", e);
        }
    }

    private MarketState Apply(MarketEvent happened, JobEvent entry) => happened switch
    {
        MarketEvent.TermsRegistered e => this with { Terms = Terms.SetItem(e.Terms, e.Content) },
        MarketEvent.ProfilePublished e => this with { Profiles = Profiles.SetItem(e.Account, new Profile(e.Digest, e.Addresses)) },
        MarketEvent.Deposited e => AddCredit(e.Account, e.Amount),
        MarketEvent.Withdrawn e => Withdraw(e.Account),
        MarketEvent.StakeRegistered e => Register(e, entry.Block),
        MarketEvent.StakeAdded e => WithStake(e.StakeId, s => s with { Amount = checked(s.Amount + e.Amount), ActiveFrom = entry.Block }),
        MarketEvent.NodeKeyChanged e => ChangeNodeKey(e),
        MarketEvent.UnbondingStarted e => WithStake(e.StakeId, s => s with
        {
            Amount = checked(s.Amount - e.Amount),
            Unbonding = checked(s.Unbonding + e.Amount),
            UnbondingUntil = e.Until,
        }),
        MarketEvent.StakeWithdrawn e => WithStake(e.StakeId, s => s with { Unbonding = 0 }),
        MarketEvent.StakeSlashed e => Slash(e).WithJob(e.JobId, entry, j => j),
        MarketEvent.JobPosted e => Post(e, entry),
        MarketEvent.JobRaised e => Raise(e, entry),
        MarketEvent.SeatClaimed e => Claim(e, entry),
        MarketEvent.SeatEvicted e => Evict(e, entry),
        MarketEvent.ResultCommitted e => WithJob(e.JobId, entry, j => j.WithSeat(e.Seat, s => s with { State = SeatState.Committed, Commitment = e.Commitment })),
        MarketEvent.ResultRevealed e => WithJob(e.JobId, entry, j => j.WithSeat(e.Seat, s => s with { State = SeatState.Revealed, Class = e.Class, Root = e.Root })),
        MarketEvent.RevealStarted e => WithJob(e.JobId, entry, j => j with { State = JobState.Revealing, Deadline = e.Deadline }),
        MarketEvent.VerificationStarted e => WithJob(e.JobId, entry, j => j with { State = JobState.Verifying, DrawBlock = e.DrawBlock, Deadline = e.Deadline, Check = CheckOf(j) }),
        MarketEvent.LeafRequested e => WithJob(e.JobId, entry, j => j.WithSeat(e.Seat, s => s with { DemandedTask = e.Task, DemandDeadline = e.Deadline }) with { Deadline = e.VerdictDeadline }),
        MarketEvent.LeafAnswered e => WithJob(e.JobId, entry, j => j.WithSeat(e.Seat, s => s with { DemandedTask = null })),
        MarketEvent.LeafUnserved e => WithRecord(Jobs[e.JobId.ToId<JobId>()].WithSeat(e.Seat, s => s).Seats[e.Seat].Provider, _ => 0)
            .WithJob(e.JobId, entry, j => j.WithSeat(e.Seat, s => s with { DemandedTask = null, Unserved = true })),
        MarketEvent.VerdictGiven e => Judge(e, entry),
        MarketEvent.DefaultVerdict e => WithJob(e.JobId, entry, j => Judged(j, e.Accepted, j.Seats) with { State = JobState.Defaulted, Deadline = e.Deadline, DrawBlock = (uint)(entry.Block + j.SeedLag) }),
        MarketEvent.JobFinalized e => Finalize(e, entry),
        MarketEvent.JobExpired e => Expire(e, entry),
        _ => ApplyDispute(happened, entry) ?? throw new EthereumException($"The event {happened.GetType().Name} is not known to the fold."),
    };

    private MarketState WithJob(Hash256 id, JobEvent entry, Func<JobRecord, JobRecord> change)
    {
        var job = Jobs[id.ToId<JobId>()];
        return this with { Jobs = Jobs.SetItem(job.Id, change(job) with { History = job.History.Add(entry) }) };
    }

    private MarketState WithStake(uint id, Func<StakeRecord, StakeRecord> change) => this with { Stakes = Stakes.SetItem(id, change(Stakes[id])) };

    private MarketState AddCredit(Address account, ulong amount) =>
        this with { Credits = Credits.SetItem(account, checked(Credits.GetValueOrDefault(account) + amount)) };

    private MarketState TakeCredit(Address account, ulong amount) => this with { Credits = Credits.SetItem(account, checked(Credits[account] - amount)) };

    private MarketState Withdraw(Address account)
    {
        var without = this with { Credits = Credits.Remove(account) };
        return StakesByOwner.TryGetValue(account, out var id) ? without.WithStake(id, s => s with { Credit = 0 }) : without;
    }

    private MarketState Register(MarketEvent.StakeRegistered e, ulong block)
    {
        var before = this;
        if (StakesByOwner.TryGetValue(e.Owner, out var old))
        {
            // A slashed stake's earnings stay its owner's, and its node key becomes free.
            before = AddCredit(e.Owner, Stakes[old].Credit).WithStake(old, s => s with { Credit = 0 });
            before = before with { StakesByNode = StakesByNode.Remove(Stakes[old].NodeKey) };
        }

        var stake = new StakeRecord { Id = e.StakeId, Owner = e.Owner, NodeKey = e.NodeKey, Role = (StakeRole)e.Role, Amount = e.Amount, ActiveFrom = block };
        return before with
        {
            Stakes = before.Stakes.Add(e.StakeId, stake),
            StakesByOwner = before.StakesByOwner.SetItem(e.Owner, e.StakeId),
            StakesByNode = before.StakesByNode.SetItem(e.NodeKey, e.StakeId),
        };
    }

    private MarketState ChangeNodeKey(MarketEvent.NodeKeyChanged e) => WithStake(e.StakeId, s => s with { NodeKey = e.NodeKey }) with
    {
        StakesByNode = StakesByNode.Remove(Stakes[e.StakeId].NodeKey).SetItem(e.NodeKey, e.StakeId),
    };

    private MarketState Slash(MarketEvent.StakeSlashed e)
    {
        var slashed = Take(e.StakeId) with { Burnt = checked(Burnt + e.Amount - e.ToProver) };
        return e.ToProver == 0 ? slashed : slashed.WithStake(e.Prover, s => s with { Credit = checked(s.Credit + e.ToProver) });
    }

    private MarketState Post(MarketEvent.JobPosted e, JobEvent entry)
    {
        var job = new JobRecord
        {
            Id = e.JobId.ToId<JobId>(),
            Spec = e.Spec,
            Terms = Terms[e.Spec.Terms],
            Number = Posted + 1,
            PostedBlock = entry.Block,
            DrawBlock = e.DrawBlock,
            Deadline = e.Deadline,
            Seats = [.. Enumerable.Repeat(SeatRecord.Free, e.Spec.Replicas)],
            Check = new BasisPoints(e.Spec.CheckBps),
            History = [entry],
        };
        var escrow = checked(e.Spec.Reward * e.Spec.Replicas + e.Spec.VerifierFee);
        return TakeCredit(e.Requester, escrow) with { Jobs = Jobs.SetItem(job.Id, job), JobOrder = JobOrder.Add(job.Id), Posted = job.Number };
    }

    private MarketState Raise(MarketEvent.JobRaised e, JobEvent entry)
    {
        var job = Jobs[e.JobId.ToId<JobId>()];
        return TakeCredit(job.Spec.Requester, checked((e.Raised - job.Raised) * job.Spec.Replicas)).WithJob(e.JobId, entry, j => j with { Raised = e.Raised });
    }

    private MarketState Claim(MarketEvent.SeatClaimed e, JobEvent entry)
    {
        var job = Jobs[e.JobId.ToId<JobId>()].WithSeat(e.Seat, s => SeatRecord.Free with { State = SeatState.Claimed, Provider = e.Provider, Due = e.Due, Attempt = s.Attempt });
        var full = job.Seats.All(s => s.State != SeatState.Open);
        return WithJob(e.JobId, entry, _ => job with { State = full ? JobState.Running : JobState.Open })
            .WithStake(e.Provider, s => s with { Locked = checked(s.Locked + LockOf(job)) });
    }

    private MarketState Evict(MarketEvent.SeatEvicted e, JobEvent entry)
    {
        var revealing = Jobs[e.JobId.ToId<JobId>()].State == JobState.Revealing;
        var evicted = WithJob(e.JobId, entry, j => j.WithSeat(e.Seat, s => revealing
                ? s with { State = SeatState.Late }
                : SeatRecord.Free with { Attempt = s.Attempt + 1 }) with
        {
            State = revealing ? JobState.Revealing : JobState.Open,
            Barred = j.Barred.Add(e.Provider),
        });
        evicted = evicted.WithRecord(e.Provider, _ => 0).WithStake(e.Provider, s => s with { Tally = s.Tally with { Late = s.Tally.Late + 1 } });
        if (e.Penalty == 0)
        {
            return evicted;
        }

        var held = LockOf(Jobs[e.JobId.ToId<JobId>()]);
        return evicted.WithStake(e.Provider, s => s with { Locked = checked(s.Locked - held), Amount = checked(s.Amount - e.Penalty), ActiveFrom = entry.Block })
            .AddCredit(e.Caller, e.ToCaller) with
        {
            Burnt = checked(Burnt + e.Penalty - e.ToCaller),
        };
    }

    private MarketState Judge(MarketEvent.VerdictGiven e, JobEvent entry)
    {
        var job = Jobs[e.JobId.ToId<JobId>()];
        var seats = job.Seats.Select((s, i) => ((e.Accepted | e.Rejected) >> i & 1) == 0 || (e.Rejected >> i & 1) == 1
            ? s with { Outcome = OutcomeOf(i, e.Accepted, e.Rejected), DecidingTask = (uint)(e.Tasks >> 32 * i & uint.MaxValue) }
            : s).ToImmutableArray();
        var judged = WithJob(e.JobId, entry, j => Judged(j, e.Accepted, seats) with
        {
            State = JobState.Paid,
            Verifier = e.Verifier,
            Evidence = e.Evidence,
            DrawBlock = e.DrawBlock,
            Deadline = e.Deadline,
        }).WithStake(e.Verifier, s => s with { Locked = checked(s.Locked + VerifierLockOf(job)), Credit = checked(s.Credit + job.Spec.VerifierFee) });
        return Pay(judged, job, e.Accepted);
    }

    private static JobRecord Judged(JobRecord job, byte accepted, ImmutableArray<SeatRecord> seats) => job with
    {
        Seats =
        [
            .. seats.Select((s, i) => !s.HasResult ? s : s with
            {
                State = SeatState.Judged,
                Outcome = (accepted >> i & 1) == 1 ? Outcome.Accept : s.Outcome == Outcome.Reject || s.Unserved ? Outcome.Reject : Outcome.Refuse,
            }),
        ],
    };

    private static MarketState Pay(MarketState state, JobRecord job, byte accepted)
    {
        for (var i = 0; i < job.Seats.Length; i++)
        {
            if ((accepted >> i & 1) == 1)
            {
                state = state.WithStake(job.Seats[i].Provider, s => s with { Credit = checked(s.Credit + job.Price) });
            }
        }

        return state;
    }

    private MarketState Finalize(MarketEvent.JobFinalized e, JobEvent entry)
    {
        var job = Jobs[e.JobId.ToId<JobId>()];
        var state = this;
        foreach (var seat in job.Seats.Where(s => s.HasResult && s.Outcome != Outcome.Reject))
        {
            state = state.Release(seat.Provider, LockOf(job));
        }

        if (job.State == JobState.Defaulted)
        {
            var accepted = job.Seats.Select((s, i) => s.Outcome == Outcome.Accept ? 1 << i : 0).Sum();
            state = Pay(state, job, (byte)accepted);
        }
        else
        {
            state = state.Release(job.Verifier, VerifierLockOf(job)).WithRecords(job.Seats);
        }

        return state.AddCredit(job.Spec.Requester, e.Refunded).WithJob(e.JobId, entry, j => j with { State = JobState.Final, Refunded = e.Refunded }).Tallied(job);
    }

    private MarketState Expire(MarketEvent.JobExpired e, JobEvent entry)
    {
        var job = Jobs[e.JobId.ToId<JobId>()];
        var state = this;
        foreach (var seat in job.Seats.Where(s => s.State == SeatState.Committed))
        {
            state = state.Release(seat.Provider, LockOf(job));
        }

        return state.AddCredit(job.Spec.Requester, e.Refunded).WithJob(e.JobId, entry, j => j with { State = JobState.Expired, Refunded = e.Refunded });
    }

    // A slashed stake holds nothing that could be released.
    private MarketState Release(uint stake, ulong amount) =>
        Stakes[stake].Slashed ? this : WithStake(stake, s => s with { Locked = checked(s.Locked - amount) });

    /// <summary>The smallest record and the smallest stake of those who delivered decide: a coalition is as good as its worst name.</summary>
    private BasisPoints CheckOf(JobRecord job)
    {
        var providers = job.Seats.Where(s => s.HasResult).Select(s => Stakes[s.Provider]).ToList();
        return providers.Count == 0 ? job.Check : AdaptiveCheck.Share(job.Spec.ToRules(), providers.Min(s => s.Record), new Units(providers.Min(s => s.Amount)));
    }

    /// <summary>What a verdict that stands for good adds to its providers' records.</summary>
    private MarketState WithRecords(IEnumerable<SeatRecord> seats) => seats.Where(s => s.HasResult && s.Outcome != Outcome.Refuse)
        .Aggregate(this, (state, seat) => state.WithRecord(seat.Provider, record => seat.Outcome == Outcome.Accept ? checked(record + 1) : 0));

    private MarketState WithRecord(uint stake, Func<uint, uint> change) => WithStake(stake, s => s with { Record = change(s.Record) });

    private static ulong LockOf(JobRecord job) => JobStake.Of(job.Spec.ToRules()).Lock.Value;

    private static ulong VerifierLockOf(JobRecord job) => JobStake.Of(job.Spec.ToRules()).VerifierLock.Value;
}
