using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Market.Adversary.Behaviours;

namespace Market.Adversary.Reports;

/// <summary>What a run found, as it is recorded.</summary>
internal sealed record Results(string Date, IReadOnlyList<Finding> Findings)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<string> Objections => [.. Findings.SelectMany(finding => finding.Objections(Behaviour.All.Single(b => b.Name == finding.Behaviour)))];

    /// <summary>The behaviours of which nothing is recorded.</summary>
    [JsonIgnore]
    public IReadOnlyList<Behaviour> Missing => [.. Behaviour.All.Where(behaviour => Findings.All(finding => finding.Behaviour != behaviour.Name))];

    /// <summary>These, with what a later run found in place of what it played again; in the order of all behaviours.</summary>
    public Results With(Results later)
    {
        var all = later.Findings.UnionBy(Findings, finding => finding.Behaviour).ToDictionary(finding => finding.Behaviour);
        return new Results(later.Date, [.. Behaviour.All.Where(behaviour => all.ContainsKey(behaviour.Name)).Select(behaviour => all[behaviour.Name])]);
    }

    public static Results Read(string root) => JsonSerializer.Deserialize<Results>(File.ReadAllText(FileIn(root)), Json)!;

    public void Write(string root) => File.WriteAllText(FileIn(root), ToJson() + "\n");

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static string FileIn(string root) => Path.Combine(root, "tests", "Adversary", "results.json");
}
