using System.Text.Encodings.Web;
using System.Text.Json;
using Market.Adversary.Behaviours;

namespace Market.Adversary.Reports;

/// <summary>What a run found, as it is recorded.</summary>
internal sealed record Results(string Date, double Seconds, IReadOnlyList<Finding> Findings)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<string> Objections => [.. Findings.SelectMany(finding => finding.Objections(Behaviour.All.Single(b => b.Name == finding.Behaviour)))];

    public static Results Read(string root) => JsonSerializer.Deserialize<Results>(File.ReadAllText(FileIn(root)), Json)!;

    public void Write(string root) => File.WriteAllText(FileIn(root), ToJson() + "\n");

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static string FileIn(string root) => Path.Combine(root, "tests", "Adversary", "results.json");
}
