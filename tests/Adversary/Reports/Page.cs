using System.Text;
using Market.Adversary.Behaviours;
using Market.Pages;
using static System.FormattableString;

namespace Market.Adversary.Reports;

/// <summary>The parts of docs/adversary.md that results fill.</summary>
internal static class Page
{
    public static readonly Document Adversary = new("scripts/adversary");

    private const double PerToken = 1e9;

    public static string FileIn(string root) => Path.Combine(root, "docs", "adversary.md");

    public static void Write(string root, Results results) =>
        File.WriteAllText(FileIn(root), Parts(results).Aggregate(File.ReadAllText(FileIn(root)), (page, part) => Adversary.Write(page, part.Key, part.Value)));

    public static IReadOnlyDictionary<string, string> Parts(Results results) => new Dictionary<string, string>
    {
        ["summary"] = Summary(results),
        ["table"] = Table(results),
    };

    private static string Summary(Results results)
    {
        var caught = results.Findings.Count(finding => finding.CaughtBy is not null);
        var honest = results.Findings.Sum(finding => finding.Honest.Count);
        var lost = results.Findings.SelectMany(finding => finding.Honest).Count(won => won < 0);
        var unpaid = results.Findings.SelectMany(finding => finding.Honest).Count(won => won == 0);
        var missing = results.Missing.Count == 0 ? "" : $" Not recorded yet: {string.Join(", ", results.Missing.Select(behaviour => behaviour.Words))}.";
        return Invariant($"{results.Findings.Count} behaviours, {caught} found out in their first job; of {honest} honest providers {lost} lost and {unpaid} went unpaid. Last run on {results.Date}.{missing}\n");
    }

    private static string Table(Results results)
    {
        var table = new StringBuilder("| behaviour | found out by | at task | cheat | each honest provider | verifier | each honest juror | requester | burnt |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var finding in results.Findings)
        {
            var words = Behaviour.All.Single(behaviour => behaviour.Name == finding.Behaviour).Words;
            var task = finding.Task is { } at ? Invariant($"{at} of {finding.Tasks}") : "";
            var cheat = string.Join(" and ", finding.Cheat.Select(Tokens));
            table.Append(Invariant($"| {words} | {finding.CaughtBy ?? "nothing"} | {task} | {cheat} | {Each(finding.Honest)} | {(finding.Verifier is { } won ? Tokens(won) : "")} | {Each(finding.Jurors ?? [])} | {Tokens(finding.Requester)} | {Tokens(finding.Burnt)} |\n"));
        }

        return table.ToString();
    }

    private static string Each(IReadOnlyList<long> won) => string.Join(" and ", won.Select(Tokens).Distinct());

    private static string Tokens(long units) => Invariant($"{units / PerToken:+0.###;−0.###;0}");
}
