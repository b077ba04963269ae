using System.Text;
using System.Text.Json;
using Market.Ethereum;

namespace Market.Chain.Bindings;

/// <summary>A function, event, error or constructor of the ABI.</summary>
internal sealed record Entry(string Kind, string Name, IReadOnlyList<Parameter> Inputs, IReadOnlyList<Parameter> Outputs)
{
    public string Signature => $"{Name}({string.Join(',', Inputs.Select(i => i.Type))})";

    public Hash256 Hash => Keccak256.Hash(Encoding.ASCII.GetBytes(Signature));

    public static Entry Read(JsonElement json) => new(
        json.GetProperty("type").GetString()!,
        json.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "",
        Parameters(json, "inputs"),
        Parameters(json, "outputs"));

    private static List<Parameter> Parameters(JsonElement json, string list) =>
        json.TryGetProperty(list, out JsonElement parameters) ? [.. parameters.EnumerateArray().Select(Parameter.Read)] : [];
}
