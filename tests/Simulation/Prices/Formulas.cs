using Market.Protocol.Draws;
using Market.Protocol.Trust;
using Market.Simulation.Rules;

namespace Market.Simulation.Prices;

/// <summary>The closed forms of docs/economics.md, which the agents must meet.</summary>
internal static class Formulas
{
    /// <summary>h: chance that a sample holds one of j false tasks; where s is not whole, chance rounds it.</summary>
    public static double SampleShows(int tasks, int falseTasks, double check)
    {
        var whole = (int)(tasks * check + 1e-9);
        var rest = Math.Max(0, tasks * check - whole);
        return (1 - rest) * Hits(tasks, falseTasks, whole) + rest * Hits(tasks, falseTasks, Math.Min(tasks, whole + 1));
    }

    /// <summary>P: chance that false tasks of an owned panel are found.</summary>
    public static double Detection(Setting setting, double coalition, int falseTasks) =>
        TrustEstimate.Found(SampleShows(setting.Tasks, falseTasks, setting.Check.Fraction), setting.Audit.Fraction, coalition);

    /// <summary>D: what a cheat of an owned panel expects against honest work.</summary>
    public static double Profit(Setting setting, double coalition, int falseTasks)
    {
        var found = Detection(setting, coalition, falseTasks);
        return (1 - found) * setting.Cover + TrustEstimate.HonestCost * falseTasks / setting.Tasks
            - found * setting.Replicas * (1 + setting.Backing);
    }

    /// <summary>Chance that a coalition takes one seat if the honest come late by so many blocks and all are eligible in the end.</summary>
    public static double Capture(double coalition, uint growthBlocks, int reaction)
    {
        if (reaction == 0)
        {
            return coalition;
        }

        const double rate = 1.0 / Sortition.BlocksPerSeats;
        var inTurn = 1 - Math.Exp(-rate * Math.Max(0, growthBlocks - reaction));
        return 1 - (1 - coalition) * Math.Exp(-coalition * reaction * rate) * inTurn;
    }

    /// <summary>How many blocks pass on average until so many seats are taken, if the drawn act at once.</summary>
    public static double BlocksUntilTaken(int seats, uint growthBlocks)
    {
        var mean = 0.0;
        for (var block = 0; block < growthBlocks; block++)
        {
            var eligible = (double)seats * block / Sortition.BlocksPerSeats;
            double missing = 0, term = Math.Exp(-eligible);
            for (var taken = 0; taken < seats; taken++)
            {
                missing += term;
                term *= eligible / (taken + 1);
            }

            mean += missing;
        }

        return mean;
    }

    private static double Hits(int tasks, int falseTasks, int samples)
    {
        var missed = 1.0;
        for (var i = 0; i < samples; i++)
        {
            missed *= Math.Max(0, (double)(tasks - falseTasks - i) / (tasks - i));
        }

        return 1 - missed;
    }
}
