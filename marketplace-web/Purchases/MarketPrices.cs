using Market.Index.Reading;
using Market.Protocol.Money;
using Market.Web.Components.Shared;

namespace Market.Web.Purchases;

/// <summary>What providers were paid for a task lately.</summary>
/// <param name="Jobs">In how many jobs.</param>
/// <param name="Least">The least, in units.</param>
/// <param name="Middle">What half of the jobs paid at most, in units.</param>
/// <param name="Most">The most, in units.</param>
public sealed record MarketPrices(int Jobs, double Least, double Middle, double Most)
{
    private const int Recent = 200;

    /// <summary>Looks at the newest jobs that got a verdict with somebody paid; null if there is none.</summary>
    public static async Task<MarketPrices?> ReadAsync(IndexReader index, CancellationToken cancellationToken)
    {
        var page = await index.JobsAsync(new JobFilter(), null, Recent, cancellationToken);
        var paid = page.Items.Where(j => j is { Volume: > 0, Tasks: > 0 }).Select(j => j.Price / (double)j.Tasks).Order().ToList();
        return paid.Count == 0 ? null : new MarketPrices(paid.Count, paid[0], paid[(paid.Count - 1) / 2], paid[^1]);
    }

    /// <summary>The reward of a whole job at the middle price.</summary>
    public Units Usual(int tasks) => new((ulong)Math.Clamp(Math.Ceiling(Middle * tasks), 1, long.MaxValue));

    /// <summary>A price of one task in tokens.</summary>
    public static string Tokens(double units) => Shown.Number(units / Units.PerToken, "#,0.#########");
}
