using System.Globalization;
using System.Text;
using Market.Protocol.Money;
using Market.Protocol.Trust;
using Market.Simulation.Reports;

namespace Market.Simulation.Prices;

/// <summary>What verified results cost from a provider whose record took its check down to the floor of its stake: k = 1, 200 tasks.</summary>
internal static class ProvenProvider
{
    private const int Tasks = 200;

    /// <summary>Interest on stake, a year.</summary>
    private const double Interest = 0.1;

    /// <summary>A provider that does one job an hour, each of which holds its lock for an hour.</summary>
    private const double JobsPerYear = 365 * 24;

    private static readonly BasisPoints Audit = new(1000);

    public static readonly (double Cover, double Backing)[] Cases = [(1, 50), (1, 66), (1, 130), (1, 330), (5, 330), (5, 660), (20, 1400)];

    /// <summary>The share of tasks that the floor leaves.</summary>
    public static BasisPoints Floor(double cover, double backing) => LeastCheck.Floor(Tasks, 1, Audit, backing, cover)
        ?? throw new InvalidOperationException($"No check deters a cover of {cover} with a stake of {backing}.");

    /// <summary>Price of a verified result, as a multiple of the reward that an unverified one costs: work of verifier and auditor, interest on the stake.</summary>
    public static double CostRatio(double cover, double backing) =>
        1 + Floor(cover, backing).Fraction * (1 + Audit.Fraction) + Interest * backing / JobsPerYear;

    /// <summary>How many accepted jobs take the check down to the floor.</summary>
    public static uint Record(BasisPoints floor)
    {
        var accepted = 0u;
        while (LeastCheck.Share(floor, accepted) > floor)
        {
            accepted++;
        }

        return accepted;
    }

    public static string Table(GasTable gas)
    {
        var text = new StringBuilder("""
            | cover | stake T | floor o_min | record V that reaches it | cost against unverified | cheat's expected profit, f = 0.2 | f = ⅓ | any number of jobs at a time | the verdict's gas fits into 1.05 from a reward worth |
            | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |

            """);
        foreach (var (cover, backing) in Cases)
        {
            var floor = Floor(cover, backing);
            TrustEstimate At(double f) => TrustEstimate.Of(Tasks, 1, floor.Fraction, Audit.Fraction, backing, cover, f);
            var room = 1.05 - CostRatio(cover, backing);
            text.Append(CultureInfo.InvariantCulture,
                $"| {cover:0} | {backing:0} | {floor.Fraction * 100:0.00} % | {Record(floor)} | {CostRatio(cover, backing):0.000} | {Figures.Signed(-At(0.2).ExpectedLoss)} | {Figures.Signed(-At(1.0 / 3).ExpectedLoss)} | {(At(1.0 / 3).Deters ? "loses" : "**pays**")} | {(room > 0 ? $"{gas.Verdict(1) / room / 1e6:0.0}M gas" : "–")} |\n");
        }

        return text.ToString();
    }
}
