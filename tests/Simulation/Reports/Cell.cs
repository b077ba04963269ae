using Market.Simulation.Draws;
using Market.Simulation.Rules;
using Market.Simulation.Strategies;

namespace Market.Simulation.Reports;

/// <summary>One strategy against one coalition share, played many times with a seed of its own.</summary>
internal sealed record Cell(int Jobs, int Acted, double Profit, double Error, int WrongAccepted, int HonestSlashed)
{
    /// <summary>How many occasions a full run plays for a strategy of weight 1.</summary>
    public const int FullRun = 10_000;

    public const int QuickRun = 1_000;

    /// <summary>Whether it pays beyond doubt: by more than two standard errors.</summary>
    public bool Pays => Acted > 0 && Profit > 2 * Error;

    public static Cell Play(Strategy strategy, double coalition, int occasions, ulong seed)
    {
        var chance = new Chance(seed ^ Chance.Mix(Hash(strategy.Name) + (ulong)Math.Round(coalition * 1e6)));
        var world = World.Create(strategy.Setting, coalition, ref chance);
        var jobs = (int)(occasions * strategy.Weight);
        double sum = 0, squares = 0;
        int acted = 0, wrong = 0, slashed = 0;
        for (var job = 0; job < jobs; job++)
        {
            var turn = strategy.Play(world, ref chance);
            acted += turn.Acted ? 1 : 0;
            sum += turn.Profit;
            squares += turn.Profit * turn.Profit;
            wrong += turn.WrongAccepted ? 1 : 0;
            slashed += turn.HonestSlashed;
        }

        var mean = acted == 0 ? 0 : sum / acted;
        var error = acted < 2 ? 0 : Math.Sqrt(Math.Max(0, squares / acted - mean * mean) / (acted - 1));
        return new Cell(jobs, acted, mean, error, wrong, slashed);
    }

    /// <summary>Names are seeds, so that a new row changes no other.</summary>
    private static ulong Hash(string name) => name.Aggregate(14695981039346656037UL, (hash, c) => unchecked((hash ^ c) * 1099511628211));
}
