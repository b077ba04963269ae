using Market.Pages;
using Market.Simulation.Prices;

namespace Market.Simulation.Reports;

/// <summary>What a run writes: parts of docs/economics.md by name, and pictures by file.</summary>
internal sealed record Report(IReadOnlyDictionary<string, string> Parts, IReadOnlyDictionary<string, string> Pictures)
{
    public static readonly Document Economics = new("scripts/simulate");

    /// <summary>What follows from formulas and from the gas that the contract tests measured.</summary>
    public static Report OfFormulas(GasTable gas) => new(
        new Dictionary<string, string>
        {
            ["what it costs"] = PriceOfTrust.Costs(gas),
            ["what it buys"] = PriceOfTrust.Effects(),
            ["proven provider"] = ProvenProvider.Table(gas),
        },
        new Dictionary<string, string> { ["price-of-trust.svg"] = Reports.Pictures.PriceOfTrust() });

    public void Print(TextWriter output)
    {
        foreach (var (name, text) in Parts)
        {
            output.WriteLine($"{name}\n\n{text}");
        }
    }

    public void Write(string root)
    {
        var file = Path.Combine(root, "docs", "economics.md");
        File.WriteAllText(file, Parts.Aggregate(File.ReadAllText(file), (page, part) => Economics.Write(page, part.Key, part.Value)));
        foreach (var (name, svg) in Pictures)
        {
            File.WriteAllText(Path.Combine(root, "docs", "images", name), svg);
        }
    }
}
