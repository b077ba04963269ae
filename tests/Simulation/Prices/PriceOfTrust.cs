using System.Globalization;
using System.Text;
using Market.Protocol.Trust;
using Market.Simulation.Rules;

namespace Market.Simulation.Prices;

/// <summary>What each setting costs and what it buys, as tables of docs/economics.md.</summary>
internal static class PriceOfTrust
{
    /// <summary>From an event to the block that draws by it, on a chain of 2 s blocks.</summary>
    private const int SeedLag = 5;

    private const double Third = 1.0 / 3;

    private static readonly Setting[] Settings =
    [
        new("nothing checked", 200, 1, 1, 0, 0, 1),
        new("two replicas, nothing checked late", 200, 2, 2, 0, 0, 1),
        new("three replicas, nothing checked late", 200, 3, 2, 0, 0, 1),
        Setting.Cheap,
        new("cheap", 200, 1, 1, 3, 10, 5),
        Setting.Standard,
        new("standard", 200, 1, 1, 10, 10, 20),
        new("newcomer", 200, 1, 1, 25, 10, 5),
        Setting.Serial,
        Setting.Quick,
        new("three replicas", 200, 3, 2, 10, 10, 20),
        new("five replicas", 200, 5, 3, 10, 10, 20),
        Setting.Few,
        Setting.Single,
    ];

    public static string Costs(GasTable gas)
    {
        var text = new StringBuilder("""
            | setting | N | k, quorum | check, audit | stake behind a seat | extra work | gas | blocks |
            | --- | ---: | --- | --- | ---: | ---: | ---: | ---: |

            """);
        foreach (var s in Settings)
        {
            var stake = s.IsChecked ? s.Backing.ToString("0", CultureInfo.InvariantCulture) : "any";
            text.Append(CultureInfo.InvariantCulture,
                $"| {Name(s)} | {s.Tasks} | {s.Replicas}, {s.Quorum} | {(s.IsChecked ? $"{s.Check}, {s.Audit}" : "–")} | {stake} | {s.ExtraWork * 100:0.#} % | {gas.WholeJob(s.Replicas, s.IsChecked) / 1000:0}k | {Blocks(s):0} |\n");
        }

        return text.ToString();
    }

    public static string Effects()
    {
        var text = new StringBuilder("""
            | setting | found: alone | f = 0.2 | f = ⅓ | f = ½ | loses: alone | f = 0.2 | f = ⅓ | f = ½ | wrong and accepted, f = ⅓ |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var s in Settings)
        {
            string Found(double f) => Percent(Formulas.Detection(s, f, 1));
            var alone = s.Replicas == 1 ? Found(0) : Percent(1);
            var escapes = Math.Pow(Third, s.Replicas) * (1 - Formulas.Detection(s, Third, 1));
            text.Append(CultureInfo.InvariantCulture,
                $"| {Name(s)} | {alone} | {Found(0.2)} | {Found(Third)} | {Found(0.5)} | {LossAlone(s)} | {Loss(s, 0.2)} | {Loss(s, Third)} | {Loss(s, 0.5)} | {Percent(escapes)} |\n");
        }

        return text.ToString();
    }

    private static string Name(Setting s) => string.Create(CultureInfo.InvariantCulture, $"{s.Name}, cover {s.Cover:0}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    /// <summary>Blocks from post to paid, execution apart: both draws, and one for each transaction that must follow another.</summary>
    private static double Blocks(Setting s)
    {
        var seats = SeedLag + Formulas.BlocksUntilTaken(s.Replicas, World.SlowGrowth);
        var results = s.Replicas == 1 ? 1 : 2;
        return seats + results + (s.IsChecked ? SeedLag + Formulas.BlocksUntilTaken(1, World.SlowGrowth) + 1 : 0);
    }

    private static string Loss(Setting s, double coalition) =>
        Signed(-Math.Max(Formulas.Profit(s, coalition, 1), Formulas.Profit(s, coalition, s.Tasks)));

    /// <summary>With k ≥ 2 an honest replica stands beside it, and every difference is decided by execution. Unchecked replicas are compared, but no stake is lost.</summary>
    private static string LossAlone(Setting s) => s.Replicas == 1
        ? Loss(s, 0)
        : Signed(1 + s.Backing - TrustEstimate.HonestCost);

    private static string Signed(double loss) => loss < 0 ? $"**gains {(-loss).ToString("0.0", CultureInfo.InvariantCulture)}**" : loss.ToString("0.0", CultureInfo.InvariantCulture);
}
