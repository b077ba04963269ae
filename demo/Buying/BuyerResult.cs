using System.Globalization;
using Spectre.Console;

namespace Market.Demo.Buying;

/// <summary>What somebody bought in a browser.</summary>
/// <param name="Jobs">The ids of the jobs: one finds the lines, one reads them.</param>
/// <param name="Pictures">How many pictures went in.</param>
/// <param name="Accuracy">Share of characters that were read right.</param>
/// <param name="Checked">What the browser said when it hashed the download.</param>
/// <param name="Elapsed">How long all of it took.</param>
internal sealed record BuyerResult(IReadOnlyList<string> Jobs, int Pictures, double Accuracy, string Checked, TimeSpan Elapsed)
{
    private const double LeastAccuracy = 0.9;

    /// <summary>Whether everything came as it should.</summary>
    public bool IsGood => Accuracy >= LeastAccuracy && Checked.Contains("the verdict accepted", StringComparison.Ordinal);

    public void Write(IAnsiConsole console) => console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{Pictures} pictures, {Accuracy:P1} of their characters read right, by {Jobs.Count} jobs. {Checked} After {Elapsed.TotalSeconds:0} s."));
}
