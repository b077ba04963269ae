using System.Globalization;
using System.Text;
using Market.Simulation.Draws;
using Market.Simulation.Prices;
using Market.Simulation.Rules;

namespace Market.Simulation.Reports;

/// <summary>What a coalition gains that acts in its first block while the honest come late: seats, by agents and by formula.</summary>
internal static class Racing
{
    public const double Coalition = 1.0 / 3;

    public static readonly (uint Growth, int Reaction)[] Cases = [(200, 0), (200, 1), (200, 3), (60, 1), (60, 3), (5, 1)];

    public static double Seats((uint Growth, int Reaction) racing, int draws, ulong seed)
    {
        var chance = new Chance(Chance.Mix(seed + racing.Growth * 1000 + (ulong)racing.Reaction));
        var world = World.Create(Setting.Cheap, Coalition, ref chance, racing.Growth, racing.Reaction);
        var owned = 0;
        for (var i = 0; i < draws; i++)
        {
            owned += world.OwnsPanel(ref chance) ? 1 : 0;
        }

        return (double)owned / draws;
    }

    public static string Table(int draws, ulong seed)
    {
        var text = new StringBuilder("| all eligible after (blocks) | the honest come late by | seats of a third: agents | formula |\n| ---: | ---: | ---: | ---: |\n");
        foreach (var racing in Cases)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {racing.Growth} | {racing.Reaction} | {Seats(racing, draws, seed):0.000} | {Formulas.Capture(Coalition, racing.Growth, racing.Reaction):0.000} |\n");
        }

        return text.ToString();
    }
}
