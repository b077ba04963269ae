using System.Globalization;

namespace Market.Benchmarks;

/// <summary>Prints what was measured as rows of a table that docs/performance.md can take as they are.</summary>
internal static class Report
{
    /// <summary>Begins a table.</summary>
    /// <param name="heads">The columns' heads after the first.</param>
    public static void Begin(params string[] heads)
    {
        Console.WriteLine($"\n| | {string.Join(" | ", heads)} |");
        Console.WriteLine($"| --- |{string.Concat(heads.Select(_ => " --- |"))}");
    }

    /// <summary>One row.</summary>
    public static void Row(string what, params string[] cells) => Console.WriteLine($"| {what} | {string.Join(" | ", cells)} |");

    /// <summary>A number with its unit and as many digits as are worth reading.</summary>
    public static string Number(double value, string unit = "")
    {
        var digits = Math.Abs(value) switch { >= 100 => "N0", >= 10 => "F1", _ => "F2" };
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {unit}".TrimEnd();
    }
}
