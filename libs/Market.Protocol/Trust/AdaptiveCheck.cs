using Market.Protocol.Money;

namespace Market.Protocol.Trust;

/// <summary>How the share of tasks that is re-executed falls with a provider's record, and where it stops.</summary>
/// <remarks>
/// <c>max(floor, 25 % · 10/(10 + V))</c>: V is the provider's accepted jobs since its last fault. The floor follows from its stake
/// alone, so that a record is worth nothing to a cheat: patience, new names and dealing with oneself gain nothing below it.
/// docs/economics.md derives both.
/// </remarks>
public static class AdaptiveCheck
{
    /// <summary>How many accepted jobs halve the share of a newcomer.</summary>
    public const uint Halving = 10;

    /// <summary>What a provider without a record is checked.</summary>
    public static BasisPoints Newcomer { get; } = new(2500);

    /// <summary>The share for a provider.</summary>
    /// <param name="floor">The least share that its stake allows.</param>
    /// <param name="accepted">V, its accepted jobs since its last fault.</param>
    public static BasisPoints Share(BasisPoints floor, uint accepted)
    {
        var divisor = (ulong)Halving + accepted;
        var byRecord = new BasisPoints((int)(((ulong)Newcomer.Value * Halving + divisor - 1) / divisor));
        return byRecord > floor ? byRecord : floor;
    }

    /// <summary>The least share with which every cheat loses, in any number of jobs at a time; null if no share is enough.</summary>
    /// <param name="tasks">N.</param>
    /// <param name="replicas">k.</param>
    /// <param name="audit">Chance that one more verifier re-executes as many tasks.</param>
    /// <param name="backing">The smallest stake behind a seat, in rewards.</param>
    /// <param name="cover">The declared gain of a cheat, in rewards.</param>
    /// <param name="coalition">The share of stake that is dishonest or for sale.</param>
    public static BasisPoints? Floor(
        int tasks, int replicas, BasisPoints audit, double backing, double cover, double coalition = TrustEstimate.UsualCoalition)
    {
        bool Deters(int share) => TrustEstimate.Of(tasks, replicas, share / (double)BasisPoints.Whole, audit.Fraction, backing, cover, coalition).Deters;
        if (!Deters(BasisPoints.Whole))
        {
            return null;
        }

        int tooLittle = 0, enough = BasisPoints.Whole;
        while (enough - tooLittle > 1)
        {
            var middle = (tooLittle + enough) / 2;
            (tooLittle, enough) = Deters(middle) ? (tooLittle, middle) : (middle, enough);
        }

        return new BasisPoints(enough);
    }
}
