using Market.Protocol.Trust;
using Market.Simulation.Draws;
using Market.Simulation.Prices;
using Market.Simulation.Rules;

namespace Market.Simulation.Reports;

/// <summary>One figure by formula and by agents.</summary>
internal sealed record Deviation(string What, Setting Setting, double Coalition, double Expected, double Found, double Error)
{
    public double Errors => Error == 0 ? Math.Abs(Expected - Found) < 1e-9 ? 0 : double.PositiveInfinity : (Found - Expected) / Error;
}

/// <summary>Capture, detection and profit: closed formulas against agents.</summary>
internal static class Deviations
{
    private static readonly Setting[] Settings = [Setting.Cheap, Setting.Standard, Setting.Quick, Setting.Serial, Setting.Few, Setting.Single];

    private static readonly double[] Shares = [0.1, 0.2, 1.0 / 3, 0.5];

    public static IReadOnlyList<Deviation> Measure(int occasions, ulong seed)
    {
        var found = new IReadOnlyList<Deviation>[Settings.Length * Shares.Length];
        Parallel.For(0, found.Length, i =>
        {
            var (setting, share) = (Settings[i / Shares.Length], Shares[i % Shares.Length]);
            found[i] = Measure(setting, share, occasions, seed + (ulong)i);
        });
        return [.. found.SelectMany(f => f)];
    }

    private static List<Deviation> Measure(Setting setting, double coalition, int occasions, ulong seed)
    {
        var chance = new Chance(Chance.Mix(seed));
        var world = World.Create(setting, coalition, ref chance);
        int owned = 0, one = 0, all = 0;
        for (var job = 0; job < occasions; job++)
        {
            owned += world.OwnsPanel(ref chance) ? 1 : 0;
            one += IsFound(world, 1, ref chance) ? 1 : 0;
            all += IsFound(world, setting.Tasks, ref chance) ? 1 : 0;
        }

        var capture = Math.Pow(Formulas.Capture(coalition, World.SlowGrowth, 0), setting.Replicas);
        var stakes = setting.Replicas * (1 + setting.Backing) + setting.Cover;
        double ProfitAt(double detection) => setting.Cover + TrustEstimate.HonestCost / setting.Tasks - detection * stakes;
        var detection = Share("one false task found", Formulas.Detection(setting, coalition, 1), one);
        return
        [
            Share("panel owned", capture, owned),
            detection,
            Share("all tasks false, found", Formulas.Detection(setting, coalition, setting.Tasks), all),
            new Deviation("profit, one task", setting, coalition, Formulas.Profit(setting, coalition, 1), ProfitAt(detection.Found), detection.Error * stakes),
        ];

        Deviation Share(string what, double expected, int count) =>
            new(what, setting, coalition, expected, (double)count / occasions, Math.Sqrt(expected * (1 - expected) / occasions));
    }

    private static bool IsFound(World world, int falseTasks, ref Chance chance) =>
        world.IsReported(ref chance, falseTasks, world.Setting.Check) && Dispute.Play(world, Lies.WhenSafe, coalitionAsks: true, ref chance).Truth;
}
