using Market.Protocol.Money;
using Market.Simulation.Prices;
using Market.Simulation.Draws;
using Market.Simulation.Rules;

namespace Market.Simulation.Strategies;

/// <summary>A share f of all stake in one hand, split into names. It sees on chain when it owns a panel, and cheats only then.</summary>
internal static class Coalitions
{
    private const int Patience = 1000;

    public static IReadOnlyList<Strategy> All { get; } =
    [
        new("coalition, one task worth the cover", Setting.Cheap, (World w, ref Chance c) => OwnsThen(w, 1, w.Setting.Check, ref c), 4, Kind.Tier),
        new("the same, standard tier", Setting.Standard, (World w, ref Chance c) => OwnsThen(w, 1, w.Setting.Check, ref c), 2, Kind.Tier),
        new("the same, high value, two replicas", Setting.Quick, (World w, ref Chance c) => OwnsThen(w, 1, w.Setting.Check, ref c), 2, Kind.Tier),
        new("the same, high value, all checked", Setting.Serial, (World w, ref Chance c) => OwnsThen(w, 1, w.Setting.Check, ref c), Kind: Kind.Tier),
        new("coalition, all tasks, worth the cover", Setting.Cheap, (World w, ref Chance c) => OwnsThen(w, w.Setting.Tasks, w.Setting.Check, ref c)),
        new("sybils: one backing behind as many cheats at a time as it can lock", Setting.Cheap, InParallel, 0.2),
        new("patient: 1,000 good jobs, then one task, checked at the floor", Setting.Cheap, (World w, ref Chance c) => OwnsThen(w, 1, Floor(w.Setting), ref c), 4),
        new("the same, had the record no floor", Setting.Cheap, (World w, ref Chance c) => OwnsThen(w, 1, LeastCheck.Share(default, Patience), ref c)),
        new("whitewasher: a new name for every cheat, checked as a newcomer", Setting.Cheap, (World w, ref Chance c) => OwnsThen(w, 1, LeastCheck.Newcomer, ref c)),
    ];

    private static BasisPoints Floor(Setting setting)
    {
        var floor = LeastCheck.Floor(setting.Tasks, setting.Replicas, setting.Audit, setting.Backing, setting.Cover);
        return LeastCheck.Share(floor ?? new BasisPoints(BasisPoints.Whole), Patience);
    }

    private static Turn OwnsThen(World world, int falseTasks, BasisPoints check, ref Chance chance) =>
        world.OwnsPanel(ref chance) ? Providers.Owned(world, falseTasks, world.Setting.Cover, check, ref chance) : Turn.None;

    /// <summary>All jobs that one name can lock stake for: every one that passes gains, one that is found costs the backing once.</summary>
    private static Turn InParallel(World world, ref Chance chance)
    {
        var setting = world.Setting;
        var jobs = (int)(setting.Backing / setting.Lock);
        var profit = 0.0;
        var slashed = false;
        var honest = 0;
        for (var job = 0; job < jobs; job++)
        {
            var turn = Providers.Owned(world, 1, setting.Cover, setting.Check, ref chance);
            var found = !turn.WrongAccepted;
            profit += turn.Profit + (found && slashed ? setting.Backing : 0);
            slashed |= found;
            honest += turn.HonestSlashed;
        }

        return new Turn(profit / jobs, WrongAccepted: !slashed, HonestSlashed: honest);
    }
}
