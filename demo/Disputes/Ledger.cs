using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;

namespace Market.Demo.Disputes;

/// <summary>What each party of one job won or lost, in units, from the chain's events alone; gas is not in it.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<uint, long> _stakes = [];
    private readonly JobRecord _job;
    private readonly MarketState _state;

    private Ledger(JobRecord job, MarketState state) => (_job, _state) = (job, state);

    public long Requester { get; private set; }

    /// <summary>What nobody got.</summary>
    public long Burnt => -(Requester + _stakes.Values.Sum());

    public static Ledger Of(JobRecord job, MarketState state)
    {
        var ledger = new Ledger(job, state);
        foreach (var entry in job.History)
        {
            ledger.Book(entry.Event);
        }

        return ledger;
    }

    public long Of(uint stake) => _stakes.GetValueOrDefault(stake);

    private void Book(MarketEvent happened)
    {
        switch (happened)
        {
            case MarketEvent.JobPosted e:
                Requester -= (long)((e.Spec.Reward * e.Spec.Replicas) + e.Spec.VerifierFee);
                break;
            case MarketEvent.VerdictGiven e:
                Add(e.Verifier, (long)_job.Spec.VerifierFee);
                Pay(e.Accepted);
                break;
            case MarketEvent.DefaultVerdict e:
                Pay(e.Accepted);
                break;
            case MarketEvent.SeatEvicted e:
                Add(e.Provider, -(long)e.Penalty);
                Add(e.Caller, (long)e.ToCaller);
                break;
            case MarketEvent.StakeSlashed e:
                Add(e.StakeId, -(long)e.Amount);
                Add(e.Prover, (long)e.ToProver);
                break;
            case MarketEvent.JobFinalized e:
                Requester += (long)e.Refunded;
                break;
            case MarketEvent.JobExpired e:
                Requester += (long)e.Refunded;
                break;
            default:
                BookDispute(happened);
                break;
        }
    }

    private void BookDispute(MarketEvent happened)
    {
        switch (happened)
        {
            case MarketEvent.BondTaken e:
                Add(e.StakeId, e.Payer, -(long)(e.FromCredit + e.FromStake));
                break;
            case MarketEvent.CreditGiven e:
                Add(e.StakeId, e.Account, (long)e.Amount);
                break;
            case MarketEvent.StakeSeized e:
                Add(e.StakeId, -(long)e.Amount);
                break;
            case MarketEvent.StakeSettled e:
                Add(e.StakeId, (long)e.Paid - (long)e.Taken);
                break;
            case MarketEvent.DisputeSettled e:
                Requester += (long)e.Refunded;
                break;
        }
    }

    private void Pay(byte accepted)
    {
        for (var seat = 0; seat < _job.Seats.Length; seat++)
        {
            if ((accepted >> seat & 1) == 1)
            {
                Add(_job.Seats[seat].Provider, (long)_job.Price);
            }
        }
    }

    private void Add(uint stake, Address account, long amount)
    {
        if (stake == 0)
        {
            Add(account, amount);
        }
        else
        {
            Add(stake, amount);
        }
    }

    private void Add(Address account, long amount)
    {
        if (account == _job.Spec.Requester)
        {
            Requester += amount;
        }
        else if (_state.StakeOfNode(account) is { } stake)
        {
            Add(stake.Id, amount);
        }
    }

    private void Add(uint stake, long amount) => _stakes[stake] = Of(stake) + amount;
}
