using System.Diagnostics;
using System.Globalization;
using Market.Simulation.Prices;
using Market.Simulation.Reports;

// Plays every strategy against every coalition and prints the tables; with --write also into docs/economics.md and docs/images.
const string usage = "usage: Market.Simulation ROOT [--formulas] [--quick] [--write] [--seed N]    ROOT is the folder of Market.sln";
var seed = SimulationRun.Seed;
if (args is not [var root, .. var options] || !File.Exists(Path.Combine(root, "Market.sln")) || !TryRead(options, ref seed))
{
    Console.Error.WriteLine(usage);
    return 2;
}

List<Report> reports = [Report.OfFormulas(GasTable.Read(root))];
if (!options.Contains("--formulas"))
{
    var clock = Stopwatch.StartNew();
    var run = SimulationRun.Play(options.Contains("--quick") ? Cell.QuickRun : Cell.FullRun, seed);
    reports.Add(run.Report());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Played:#,0} jobs and disputes in {clock.Elapsed.TotalSeconds:0} s\n"));
}

foreach (var report in reports)
{
    report.Print(Console.Out);
    if (options.Contains("--write"))
    {
        report.Write(root);
    }
}

return 0;

static bool TryRead(string[] options, ref ulong seed)
{
    for (var i = 0; i < options.Length; i++)
    {
        var isSeed = options[i] == "--seed" && i + 1 < options.Length && ulong.TryParse(options[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed);
        if (!isSeed && options[i] is not ("--formulas" or "--quick" or "--write"))
        {
            return false;
        }

        i += isSeed ? 1 : 0;
    }

    return true;
}
