using System.Globalization;
using System.Text;
using Market.Simulation.Strategies;

namespace Market.Simulation.Reports;

/// <summary>All strategies against all coalition shares, as the tables of docs/economics.md.</summary>
internal sealed class SimulationTables
{
    public static readonly double[] Shares = [0, 0.1, 0.2, 1.0 / 3, 0.4, 0.5];

    private readonly Cell[,] _cells = new Cell[Strategy.All.Count, Shares.Length];

    private SimulationTables()
    {
    }

    public static SimulationTables Run(int occasions, ulong seed)
    {
        var tables = new SimulationTables();
        Parallel.For(0, tables._cells.Length, i =>
        {
            var (row, column) = Math.DivRem(i, Shares.Length);
            tables._cells[row, column] = Cell.Play(Strategy.All[row], Shares[column], occasions, seed);
        });
        return tables;
    }

    public long Played => _cells.Cast<Cell>().Sum(c => (long)c.Jobs);

    public Cell Of(int strategy, int share) => _cells[strategy, share];

    /// <summary>Profit of every strategy; bold where it pays to cheat.</summary>
    public string Profits()
    {
        var text = Header("strategy", "profit at f =");
        for (var row = 0; row < Strategy.All.Count; row++)
        {
            var strategy = Strategy.All[row];
            text.Append(CultureInfo.InvariantCulture, $"| {strategy.Name} |");
            for (var column = 0; column < Shares.Length; column++)
            {
                text.Append(' ').Append(ProfitOf(_cells[row, column], strategy.Kind)).Append(" |");
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>What happened to results and to the honest.</summary>
    public string Harm()
    {
        var text = Header("", "f =");
        foreach (var row in Enumerable.Range(0, Strategy.All.Count).Where(r => Strategy.All[r].Kind == Kind.Tier))
        {
            Row(text, $"wrong results accepted, {Strategy.All[row].Setting.Name}", c => Figures.Percent((double)_cells[row, c].WrongAccepted / _cells[row, c].Jobs));
        }

        Row(text, "honest accounts slashed, all strategies together", c => Sum(c, cell => cell.HonestSlashed).ToString("#,0", CultureInfo.InvariantCulture));
        Row(text, "of so many jobs and disputes played", c => Sum(c, cell => cell.Jobs).ToString("#,0", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>One cell of the table.</summary>
    public static string ProfitOf(Cell cell, Kind kind) => cell.Acted == 0
        ? "–"
        : cell.Pays && kind != Kind.Work ? $"**{Figures.Signed(cell.Profit)}**" : Figures.Signed(cell.Profit);

    private int Sum(int column, Func<Cell, int> of) => Enumerable.Range(0, Strategy.All.Count).Sum(row => of(_cells[row, column]));

    private static StringBuilder Header(string first, string title)
    {
        var text = new StringBuilder("| ").Append(first).Append(" | ").Append(title).Append(' ');
        text.AppendJoin(" | ", Shares.Select(Figures.Percent)).AppendLine(" |");
        return text.Append("| --- |").Insert(text.Length, " ---: |", Shares.Length).AppendLine();
    }

    private static void Row(StringBuilder text, string name, Func<int, string> cell) =>
        text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", Enumerable.Range(0, Shares.Length).Select(cell)).AppendLine(" |");
}
