using System.Text.Json;
using System.Text.Json.Serialization;
using Market.Spread.Measuring;

namespace Market.Spread.Reports;

/// <summary>All that was measured in one run, as <c>tests/Spread/results.json</c> keeps it.</summary>
/// <param name="Machine">Processor, kernels and versions.</param>
/// <param name="Models">Model by model.</param>
/// <param name="Emulated">Other processors; empty where no emulator was to be had.</param>
internal sealed record Results(string Machine, IReadOnlyList<ModelResult> Models, IReadOnlyList<EmulatedResult> Emulated)
{
    /// <summary>The largest share of the tolerance that honest results may take.</summary>
    public const double MostShare = 0.3;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        IndentSize = 1,
    };

    [JsonIgnore]
    public long Comparisons => Models.Sum(model => model.Honest.Count);

    /// <summary>What would make the figures unfit to be relied on, in words; empty if nothing does.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Objections =>
    [
        .. Models.Where(model => model.Honest.Rejected > 0).Select(model => $"{model.Name}: {model.Honest.Rejected} honest results rejected"),
        .. Models.Where(model => model.Honest.Largest > MostShare).Select(model => $"{model.Name}: honest results take {model.Honest.Largest:G3} of the tolerance, expected at most {MostShare}"),
        .. Models.Where(model => model.Unrepeatable > 0).Select(model => $"{model.Name}: {model.Unrepeatable} configurations do not repeat their bits"),
        .. Models.Where(model => !model.Saturates && model.Of(Cheat.HalfWeights).Distances is var half && half.Rejected < half.Count)
            .Select(model => $"{model.Name}: {model.Of(Cheat.HalfWeights).Distances.Rejected} of {model.Of(Cheat.HalfWeights).Distances.Count} comparisons with fp16 weights are caught, expected all"),
        .. Emulated.Where(result => Math.Max(result.AgainstNative.Largest, result.AgainstWeb.Largest) > MostShare).Select(result => $"{result.Model} on {result.Processor}: more than {MostShare} of the tolerance"),
    ];

    /// <summary>The same with some models measured anew.</summary>
    public Results With(IReadOnlyList<ModelResult> measured) =>
        this with { Models = [.. Models.Select(model => measured.FirstOrDefault(other => other.Name == model.Name) ?? model)] };

    public static Results Read(string root) => JsonSerializer.Deserialize<Results>(File.ReadAllText(FileIn(root)), Json)
        ?? throw new InvalidDataException($"'{FileIn(root)}' holds nothing, expected results.");

    public void Write(string root) => File.WriteAllText(FileIn(root), JsonSerializer.Serialize(this, Json) + "\n");

    private static string FileIn(string root) => Path.Combine(root, "tests", "Spread", "results.json");
}
