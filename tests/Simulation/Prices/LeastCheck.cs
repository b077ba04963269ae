using Market.Protocol.Money;
using Market.Protocol.Trust;

namespace Market.Simulation.Prices;

/// <summary>The floor of what is checked by the formulas of docs/economics.md, for any coalition; the rule itself is <see cref="AdaptiveCheck"/>.</summary>
internal static class LeastCheck
{
    /// <summary>What a provider without a record is checked.</summary>
    public static BasisPoints Newcomer { get; } = new(2500);

    /// <summary>What a provider with a record is checked, above a floor.</summary>
    public static BasisPoints Share(BasisPoints floor, uint accepted) =>
        AdaptiveCheck.ByRecord(Newcomer, accepted) is var byRecord && byRecord > floor ? byRecord : floor;

    /// <summary>The least share with which every cheat loses, in any number of jobs at a time; null if no share is enough. Money is in rewards.</summary>
    public static BasisPoints? Floor(int tasks, int replicas, BasisPoints audit, double backing, double cover, double coalition = TrustEstimate.UsualCoalition)
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
