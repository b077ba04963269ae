using System.Text.Json;

namespace Market.Simulation.Prices;

/// <summary>The gas that the contract tests measured.</summary>
internal sealed class GasTable(IReadOnlyDictionary<string, double> entries)
{
    public static GasTable Read(string root)
    {
        var file = Path.Combine(root, "tests", "contracts", "gas.json");
        return new GasTable(JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(file))
            ?? throw new InvalidDataException($"{file} is empty, expected a gas figure for every call."));
    }

    public double Verdict(int replicas) => Of($"k={replicas} verdict");

    /// <summary>An undisputed job of repeat users; without checks it would need no verdict.</summary>
    public double WholeJob(int replicas, bool isChecked = true) => Of($"k={replicas} whole job") - (isChecked ? 0 : Verdict(replicas));

    private double Of(string name) => entries.TryGetValue(name, out var gas)
        ? gas
        : throw new InvalidDataException($"gas.json has no '{name}', found {string.Join(", ", entries.Keys)}.");
}
