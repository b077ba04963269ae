using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Protocol.Trust;

/// <summary>How the share of a job's tasks that is re-executed falls with its providers' record, and where it stops: a rule, so in whole numbers.</summary>
/// <remarks>
/// What the job posts is what a provider without a record is checked. The share falls to <c>posted · 10/(10 + V)</c> with V accepted
/// jobs since the last fault, rounded up, but never below the floor, which follows from the stake alone: so a record is worth work,
/// and nothing to a cheat; patience, new names and dealing with oneself gain nothing. docs/economics.md derives both.
/// </remarks>
public static class AdaptiveCheck
{
    /// <summary>How many accepted jobs halve what is posted.</summary>
    public const uint Halving = 10;

    /// <summary>
    /// The share of a job's tasks that is executed again: never more than posted, which is what the requester pays for, and of a
    /// job that would have at least one task drawn as posted still at least one.
    /// </summary>
    /// <param name="spec">The job as posted.</param>
    /// <param name="accepted">V, the smallest record among its seats.</param>
    /// <param name="stake">The smallest stake among them.</param>
    public static BasisPoints Share(JobSpec spec, uint accepted, Units stake)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var share = Math.Max(ByRecord(spec.Check, accepted).Value, Math.Max(Floor(spec, stake).Value, RoundedUp(BasisPoints.Whole, (ulong)Math.Max(1, spec.Tasks))));
        return new BasisPoints(Math.Min(spec.Check.Value, share));
    }

    /// <summary>What a record alone would leave.</summary>
    public static BasisPoints ByRecord(BasisPoints posted, uint accepted) => new(RoundedUp((ulong)posted.Value * Halving, (ulong)Halving + accepted));

    /// <summary>The least share with which the contract would demand no more than this stake behind a seat; what is posted, if none is less.</summary>
    public static BasisPoints Floor(JobSpec spec, Units stake)
    {
        ArgumentNullException.ThrowIfNull(spec);
        bool Deters(int share) => JobStake.Of(spec with { Check = new BasisPoints(share) }).Backing <= stake;
        int tooLittle = 0, enough = spec.Check.Value;
        while (enough - tooLittle > 1)
        {
            var middle = (tooLittle + enough) / 2;
            (tooLittle, enough) = Deters(middle) ? (tooLittle, middle) : (middle, enough);
        }

        return new BasisPoints(enough);
    }

    private static int RoundedUp(ulong a, ulong b) => (int)((a + b - 1) / b);
}
