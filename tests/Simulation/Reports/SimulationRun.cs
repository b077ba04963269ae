using System.Globalization;

namespace Market.Simulation.Reports;

/// <summary>One run of all agents: the same seed gives the same text.</summary>
internal sealed class SimulationRun
{
    public const ulong Seed = 2025;

    private readonly SimulationTables _tables;
    private readonly IReadOnlyList<Deviation> _deviations;
    private readonly string _racing;

    private SimulationRun(SimulationTables tables, IReadOnlyList<Deviation> deviations, string racing) =>
        (_tables, _deviations, _racing) = (tables, deviations, racing);

    public long Played => _tables.Played;

    public static SimulationRun Play(int occasions, ulong seed) =>
        new(SimulationTables.Run(occasions, seed), Deviations.Measure(occasions, seed), Racing.Table(occasions, seed));

    public Report Report() => new(
        new Dictionary<string, string>
        {
            ["strategies"] = _tables.Profits(),
            ["harm"] = _tables.Harm(),
            ["racing"] = _racing,
            ["deviations"] = Compared(),
        },
        new Dictionary<string, string> { ["cheating.svg"] = Pictures.Profits(_tables) });

    private string Compared()
    {
        var worst = _deviations.MaxBy(d => Math.Abs(d.Errors))!;
        return string.Create(CultureInfo.InvariantCulture,
            $"{_deviations.Count} figures compared (seats captured, one or all false tasks found, profit; six settings, four shares): the largest deviation is {Math.Abs(worst.Errors):0.0} standard errors ({worst.What}, {worst.Setting.Name}, f = {worst.Coalition:0.##}: formula {worst.Expected:0.####}, agents {worst.Found:0.####}).\n");
    }
}
