using System.Globalization;
using Market.Protocol.Jobs;

namespace Market.Protocol.Trust;

/// <summary>What a job's settings buy: how likely a cheat is found and what it would lose. For people; not part of any rule.</summary>
/// <remarks>
/// For a coalition that owns every seat and a share f of the verifiers' stake, and that chooses how many tasks to falsify. What it
/// loses is concave in that number, so one task (the outside gain) or all of them (the saved work) is its best choice. Amounts are in
/// rewards of one seat. docs/economics.md derives all of it; agreement between replicas is not counted, because a coalition that owns
/// all seats agrees with itself.
/// </remarks>
/// <param name="Coalition">The share f of all stake that is dishonest or for sale.</param>
/// <param name="Detection">Chance that one false task is found.</param>
/// <param name="ExtraWork">Work beyond a single execution of every task, as a share of it.</param>
/// <param name="ExpectedLoss">What the best cheat loses on average against honest work, at the declared cover; negative: it gains.</param>
/// <param name="LossPerReward">The same, divided by what the cheat would have been paid.</param>
/// <param name="SafeGain">The largest outside gain at which cheating in this job alone still loses.</param>
/// <param name="SafeGainInParallel">The same if the coalition cheats in as many jobs at a time as its backing allows.</param>
/// <param name="Deters">Whether cheating loses at the declared cover, in any number of jobs at a time.</param>
public sealed record TrustEstimate(
    double Coalition, double Detection, double ExtraWork, double ExpectedLoss, double LossPerReward,
    double SafeGain, double SafeGainInParallel, bool Deters)
{
    /// <summary>The coalition against which settings are judged unless said otherwise.</summary>
    public const double UsualCoalition = 1.0 / 3;

    /// <summary>Seats of the last committee.</summary>
    public const int LastCommittee = 31;

    /// <summary>What honest work is taken to cost, in rewards.</summary>
    public const double HonestCost = 0.6;

    /// <summary>Half of a backing may be promised at a time: 2 ln 2.</summary>
    public const double ParallelFactor = 1.386;

    /// <summary>The loss as a sentence: <c>a cheat expects to lose 4.2× its reward</c>.</summary>
    public string InWords => ExpectedLoss > 0
        ? string.Create(CultureInfo.InvariantCulture, $"a cheat expects to lose {LossPerReward:0.0}× its reward")
        : string.Create(CultureInfo.InvariantCulture, $"a cheat expects to gain {-LossPerReward:0.0}× its reward");

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

        var one = new Choice(Found(check, audit, coalition), HonestCost / tasks, replicas, backing);
        var all = new Choice(Found(Math.Min(1, check * tasks), audit, coalition), HonestCost, replicas, backing);
        var loss = Math.Min(one.Loss(cover), all.Loss(cover));
        var parallel = Math.Min(one.SafeInParallel, all.SafeInParallel);
        return new TrustEstimate(
            coalition,
            one.Found,
            replicas - 1 + check * (1 + audit),
            loss,
            loss / replicas,
            Math.Max(0, Math.Min(one.Safe, all.Safe)),
            Math.Max(0, parallel),
            parallel >= cover);
    }

    /// <summary>Judges a job's settings, with the stake that the contract demands behind a seat.</summary>
    public static TrustEstimate Of(JobSpec spec, double coalition = UsualCoalition)
    {
        var backing = JobStake.Of(spec).Backing;
        return Of(spec.Tasks, spec.Replicas, spec.Check.Fraction, spec.Audit.Fraction,
            backing.RatioTo(spec.Reward), spec.Cover.RatioTo(spec.Reward), coalition);
    }

    /// <summary>Chance that a false result is found and stays found, if a sample shows it with chance <paramref name="seen"/>.</summary>
    /// <param name="seen">Chance that a sample holds a false task.</param>
    /// <param name="audit">Chance that a second verifier draws a sample of its own.</param>
    /// <param name="coalition">The share of verifiers who would not tell, and of the last committee's jurors who lie.</param>
    public static double Found(double seen, double audit, double coalition)
    {
        var told = (1 - coalition) * seen;
        return (1 - (1 - told) * (1 - audit * told)) * (1 - WrongCommittee(LastCommittee, coalition));
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

    /// <summary>One number of tasks to falsify: how likely it is found, and the work it saves.</summary>
    private readonly record struct Choice(double Found, double Saved, int Replicas, double Backing)
    {
        public double Safe => Found < 1 ? (Replicas * Found * (1 + Backing) - Saved) / (1 - Found) : double.PositiveInfinity;

        public double SafeInParallel => Replicas * Found * Backing / ParallelFactor - Saved;

        public double Loss(double gain) => Replicas * Found * (1 + Backing) - (1 - Found) * gain - Saved;
    }
}
