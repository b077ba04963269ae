using System.Globalization;
using System.Text;

namespace Market.Conformance;

/// <summary>Writes <c>docs/conformance.md</c>: the same verdicts give the same text.</summary>
internal static class Report
{
    public static string Write(IReadOnlyList<TestCase> tests, Verdict[] verdicts)
    {
        var all = tests.Zip(verdicts, (test, verdict) => (Test: test, Verdict: verdict)).ToList();
        var text = new StringBuilder();
        text.AppendLine("""
            # Conformance

            Every model of the ONNX backend tests as Debian packages them (`libonnx-testdata` 1.12), with its inputs and expected outputs,
            taken through the reader, the confined worker and the digest (two runs must have equal ones). Written by `scripts/conformance`; do not edit.

            Outputs are compared as the ONNX project does: type and shape exactly, floats element by element with
            |a − e| ≤ 1e-7 + 1e-3·|e|, everything else exactly. (The market itself compares by norms: see `results.md`.)
            Files of these tests that hold bfloat16 as uint16, which NumPy cannot say, are read as the type that the model declares.
            Session settings are the default ones: no optimization, one thread.

            """);
        Summary(text, all);
        Grouped(text, "Refused", "Not run, for these reasons:", all.Where(pair => pair.Verdict.Kind == VerdictKind.Refused));
        Grouped(text, "Failed", "Run, with other outputs than expected, for these reasons:", all.Where(pair => pair.Verdict.Kind == VerdictKind.Failed));
        Grouped(text, "Crashed", "", all.Where(pair => pair.Verdict.Kind == VerdictKind.Crashed));
        return text.ToString();
    }

    private static void Summary(StringBuilder text, List<(TestCase Test, Verdict Verdict)> all)
    {
        text.AppendLine("| tests | models | passed | refused | failed | crashed |").AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var group in all.GroupBy(pair => pair.Test.Name.Split('/')[0]))
        {
            Row(text, group.Key, [.. group]);
        }

        Row(text, "all", all);
    }

    private static void Row(StringBuilder text, string name, List<(TestCase Test, Verdict Verdict)> tests)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {tests.Count} |");
        foreach (var kind in Enum.GetValues<VerdictKind>())
        {
            text.Append(CultureInfo.InvariantCulture, $" {tests.Count(pair => pair.Verdict.Kind == kind)} |");
        }

        text.AppendLine();
    }

    private static void Grouped(StringBuilder text, string title, string introduction, IEnumerable<(TestCase Test, Verdict Verdict)> tests)
    {
        var groups = tests.GroupBy(pair => pair.Verdict.Reason).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        if (groups.Count == 0)
        {
            return;
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine().AppendLine(introduction).AppendLine()
            .AppendLine("| reason | models | which |").AppendLine("| --- | --- | --- |");
        foreach (var group in groups)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {group.Key} | {group.Count()} | {string.Join(", ", group.Select(pair => $"`{pair.Test.Name.Split('/')[1][5..]}`"))} |");
        }
    }
}
