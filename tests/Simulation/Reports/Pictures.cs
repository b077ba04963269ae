using Market.Pages;
using Market.Protocol.Trust;
using Market.Simulation.Prices;
using Market.Simulation.Rules;
using Market.Simulation.Strategies;

namespace Market.Simulation.Reports;

/// <summary>The pictures of docs/economics.md.</summary>
internal static class Pictures
{
    private const double Third = 1.0 / 3;

    /// <summary>Work against stake: everything on or above a curve deters a third of all stake.</summary>
    public static string PriceOfTrust() => new Chart(
        "Stake and late checks buy the same trust (N = 200, cover 5, f = ⅓)",
        new Axis("extra work, in % of one execution", 1, 400, [(1, "1"), (3, "3"), (5, "5"), (10, "10"), (30, "30"), (100, "100"), (300, "300")], Logarithmic: true),
        new Axis("stake behind each seat, in rewards", 3, 2000, [(3, "3"), (10, "10"), (30, "30"), (100, "100"), (300, "300"), (1000, "1,000")], Logarithmic: true),
        [
            new Curve("one replica", Needed(1)),
            new Curve("two replicas", Needed(2)),
            new Curve("three replicas", Needed(3)),
            new Curve("1.05 times the cost", [(5, 3), (5, 2000)], Dashed: true),
            new Curve("replicas alone: no stake is enough", [(100, 2000), (200, 2000)], Marks: true),
        ]).ToSvg();

    /// <summary>Expected profit over the share of the coalition: agents as points, formulas as lines.</summary>
    public static string Profits(SimulationTables tables) => new Chart(
        "What cheating brings (cheap tier: N = 200, k = 1, 3 % checked, cover 1, stake 65)",
        new Axis("share of all stake that is dishonest", 0, 0.5, [(0, "0 %"), (0.1, "10 %"), (0.2, "20 %"), (0.3, "30 %"), (0.4, "40 %"), (0.5, "50 %")]),
        new Axis("profit of one cheat, in rewards", -2, 2, [(-2, "−2"), (-1, "−1"), (0, "0"), (1, "+1"), (2, "+2")]),
        [
            new Curve("coalition, one task: formula", [.. Range().Select(f => (f, Formulas.Profit(Setting.Cheap, f, 1)))]),
            Agents(tables, "coalition, one task: agents", "coalition, one task worth the cover"),
            Agents(tables, "patient, to the floor", "patient: 1,000 good jobs, then one task, checked at the floor"),
            Agents(tables, "patient, were there no floor", "the same, had the record no floor"),
            Agents(tables, "many at a time on one stake", "sybils: one backing behind as many cheats at a time as it can lock"),
            Agents(tables, "every verifier for sale", "every verifier sells its silence for the bounty it forgoes"),
            Agents(tables, "the same, 2.4 times the stake", "the same with 2.4 times the stake"),
            new Curve("nothing checked", [.. Range().Select(f => (f, 1 + TrustEstimate.HonestCost))], Dashed: true),
        ]).ToSvg();

    private static List<(double, double)> Needed(int replicas) =>
    [
        .. Enumerable.Range(0, 121).Select(i => 0.01 * Math.Pow(100, i / 120.0)).Select(check =>
        {
            var found = TrustEstimate.Of(200, replicas, check, 0.1, 0, 5, Third).Detection;
            var stake = TrustEstimate.ParallelFactor * (5 + TrustEstimate.HonestCost / 200) / (replicas * found);
            return (100 * (replicas - 1 + check * 1.1), stake);
        }),
    ];

    private static IEnumerable<double> Range() => Enumerable.Range(0, 51).Select(i => i / 100.0);

    private static Curve Agents(SimulationTables tables, string label, string strategy)
    {
        var row = Strategy.All.Select((s, i) => (s, i)).First(p => p.s.Name == strategy).i;
        return new Curve(label, [.. SimulationTables.Shares.Select((f, i) => (f, Cell: tables.Of(row, i))).Where(p => p.Cell.Acted > 0).Select(p => (p.f, p.Cell.Profit))], Marks: true);
    }
}
