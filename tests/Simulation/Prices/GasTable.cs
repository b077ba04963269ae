using System.Text.Json.Nodes;

namespace Market.Simulation.Prices;

/// <summary>The gas that the contract tests measured.</summary>
internal sealed class GasTable(JsonNode entries)
{
    public static GasTable Read(string root)
    {
        var file = Path.Combine(root, "tests", "contracts", "gas.json");
        return new GasTable(JsonNode.Parse(File.ReadAllText(file)) ?? throw new InvalidDataException($"{file} is empty, expected a gas figure for every call."));
    }

    public double Verdict(int replicas) => Of(replicas, "verdict");

    /// <summary>An undisputed job of repeat users; without checks it would need no verdict.</summary>
    public double WholeJob(int replicas, bool isChecked = true) => Of(replicas, "whole job") - (isChecked ? 0 : Verdict(replicas));

    private double Of(int replicas, string action) => entries[$"k={replicas}"]?[action]?.GetValue<double>()
        ?? throw new InvalidDataException($"gas.json has no '{action}' of 'k={replicas}', found {entries.ToJsonString()}.");
}
