using Market.Chain.Contracts;

namespace Market.Web.Purchases;

/// <summary>How long a job can take.</summary>
internal static class Deadlines
{
    /// <summary>From the post until its verdict, if every window is used to its end. A provider that is late is replaced, once the claim window is over no more.</summary>
    public static TimeSpan Longest(Terms terms) =>
        TimeSpan.FromSeconds((double)terms.ClaimWindow + (2.0 * terms.RunWindow) + terms.RevealWindow + terms.VerdictWindow);
}
