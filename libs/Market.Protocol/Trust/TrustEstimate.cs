using Market.Protocol.Jobs;

namespace Market.Protocol.Trust;

/// <summary>What a job's settings buy: how likely a cheat is found and what it would lose. For people; not part of any rule.</summary>
/// <remarks>
/// For a coalition that owns every seat and a share f of the verifiers' stake, and cheats on one task, which is the case that
/// binds. Amounts are in rewards of one seat. docs/protocol.md tells the assumptions; agreement between replicas is not counted,
/// because a coalition that owns all seats agrees with itself.
/// </remarks>
/// <param name="Coalition">The share f of all stake that is dishonest or for sale.</param>
/// <param name="Detection">Chance that one false task is found.</param>
/// <param name="ExtraWork">Work beyond a single execution of every task, as a share of it.</param>
/// <param name="ExpectedLoss">What the cheat loses on average against honest work, at the declared cover; negative: it gains.</param>
/// <param name="SafeGain">The largest outside gain at which cheating in this job alone still loses.</param>
/// <param name="SafeGainInParallel">The same if the coalition cheats in as many jobs at a time as its backing allows.</param>
public sealed record TrustEstimate(
    double Coalition, double Detection, double ExtraWork, double ExpectedLoss, double SafeGain, double SafeGainInParallel)
{
    /// <summary>The coalition against which settings are judged unless said otherwise.</summary>
    public const double UsualCoalition = 1.0 / 3;

    /// <summary>Seats of the last committee.</summary>
    private const int LastCommittee = 31;

    /// <summary>What honest work costs, in rewards.</summary>
    private const double HonestCost = 0.6;

    /// <summary>Half of a backing may be promised at a time: 2 ln 2.</summary>
    private const double ParallelFactor = 1.386;

    /// <summary>Judges settings.</summary>
    /// <param name="tasks">N.</param>
    /// <param name="replicas">k.</param>
    /// <param name="check">Share of tasks re-executed after the results are fixed.</param>
    /// <param name="audit">Chance that one more verifier re-executes as many.</param>
    /// <param name="backing">The stake behind each seat, in rewards.</param>
    /// <param name="cover">The declared gain of a cheat, in rewards.</param>
    /// <param name="coalition">f, from 0 to 1.</param>
    public static TrustEstimate Of(
        int tasks, int replicas, double check, double audit, double backing, double cover, double coalition = UsualCoalition)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        foreach (var share in (ReadOnlySpan<double>)[check, audit, coalition])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(share);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        }

        var honest = 1 - coalition;
        var found = (1 - (1 - honest * check) * (1 - audit * honest * check)) * (1 - WrongCommittee(LastCommittee, coalition));
        var saved = HonestCost / tasks;
        var loss = replicas * found * (1 + backing) - (1 - found) * cover - saved;
        return new TrustEstimate(
            coalition,
            found,
            replicas - 1 + check * (1 + audit),
            loss,
            found < 1 ? Math.Max(0, (replicas * found * (1 + backing) - saved) / (1 - found)) : double.PositiveInfinity,
            Math.Max(0, replicas * found * backing / ParallelFactor - saved));
    }

    /// <summary>Judges a job's settings, with the stake that the contract demands behind a seat.</summary>
    public static TrustEstimate Of(JobSpec spec, double coalition = UsualCoalition)
    {
        var backing = JobStake.Of(spec).Backing;
        return Of(spec.Tasks, spec.Replicas, spec.Check.Fraction, spec.Audit.Fraction,
            backing.RatioTo(spec.Reward), spec.Cover.RatioTo(spec.Reward), coalition);
    }

    /// <summary>Chance that more than half of a committee belongs to the coalition.</summary>
    public static double WrongCommittee(int seats, double coalition)
    {
        double wrong = 0, ways = 1;
        for (var owned = 0; owned <= seats; owned++)
        {
            if (owned > seats / 2)
            {
                wrong += ways * Math.Pow(coalition, owned) * Math.Pow(1 - coalition, seats - owned);
            }

            ways = ways * (seats - owned) / (owned + 1);
        }

        return wrong;
    }
}
