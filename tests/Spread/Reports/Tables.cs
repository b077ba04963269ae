using System.Globalization;
using System.Text;
using Market.Spread.Measuring;
using static System.FormattableString;

namespace Market.Spread.Reports;

/// <summary>The tables of docs/verification.md: the same results give the same text.</summary>
internal static class Tables
{
    public static string Summary(Results results)
    {
        var worst = results.Models.MaxBy(model => model.Honest.Largest)!;
        var half = results.Models.Where(model => !model.Saturates).Select(model => (model.Name, model.Of(Cheat.HalfWeights).Distances)).Where(pair => pair.Distances.Count > 0).ToList();
        var nearest = half.MinBy(pair => pair.Distances.Smallest);
        var saturated = results.Models.Where(model => model.Saturates).Select(model => model.Of(Cheat.HalfWeights).Distances).ToList();
        var withDefault = results.Models.Where(model => !model.Saturates && model.Tolerance is not null).Select(model => model.HalfAtDefault).Where(spectrum => spectrum.Count > 0).ToList();
        return Invariant($"""
            - **{results.Comparisons:#,0} honest comparisons** of {results.Models.Count} models on {results.Machine}; in {results.Models.Sum(m => m.Honest.Count - m.Honest.Equal):#,0} of them the bits differ.
            - **{results.Models.Sum(m => m.Honest.Rejected):#,0} honest results rejected.** The largest honest distance is **{Share(worst.Honest.Largest)} of the tolerance** ({worst.Name}).
            - **fp16 weights: {half.Sum(p => p.Distances.Rejected):#,0} of {half.Sum(p => p.Distances.Count):#,0} comparisons caught**, on {half.Count} models with 32-bit weights. The nearest is {Share(nearest.Distances.Smallest)} tolerances away ({nearest.Name}). On the {saturated.Count} whose outputs saturate, {Percent(saturated.Sum(s => s.Rejected), saturated.Sum(s => s.Count))} are; with their scores among the outputs, all.
            - Under the default tolerance, which is for models that nobody measured, {Percent(withDefault.Sum(s => s.Rejected), withDefault.Sum(s => s.Count))} of the fp16 comparisons are caught; {withDefault.Count(s => s.Rejected < s.Count)} of {withDefault.Count} models let some pass.
            - {results.Models.Sum(m => m.Cheats.Sum(c => c.Distances.Count)):#,0} comparisons with cheats in all.

            """);
    }

    public static string Honest(Results results)
    {
        var text = new StringBuilder("""
            | model | what it is | weights | comparisons | other bits | tolerance: relative L2, scaled maximum | largest distance: relative L2, scaled maximum | share of the tolerance | rejected |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var model in results.Models)
        {
            var honest = model.Honest;
            text.AppendLine(Invariant($"| {model.Name} | {model.Kind} | {Number(model.Weights)} | {honest.Count:#,0} | {Percent(honest.Count - honest.Equal, honest.Count)} | {(model.Tolerance is { } t ? Small(t.RelativeL2Fraction) + ", " + Small(t.ScaledMaximumFraction) : "equal bits, one class")} | {Small(honest.LargestRelativeL2)}, {Small(honest.LargestScaledMaximum)} | {Share(honest.Largest)} | {honest.Rejected} |"));
        }

        return text.ToString();
    }

    public static string Cheats(Results results)
    {
        var text = new StringBuilder("| cheat | models | comparisons | caught | jobs caught | smallest distance, in tolerances | tasks without effect |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var name in Cheat.All.Select(cheat => cheat.Name))
        {
            var found = results.Models.Where(model => !model.Saturates).Select(model => model.Of(name)).ToList();
            var (count, caught) = (found.Sum(cheat => cheat.Distances.Count), found.Sum(cheat => cheat.Distances.Rejected));
            text.AppendLine(Invariant($"| {name} | {found.Count(cheat => cheat.Distances.Count > 0)} | {count:#,0} | {Percent(caught, count)} | {Percent(found.Sum(cheat => cheat.Caught), found.Sum(cheat => cheat.Jobs))} | {Share(found.Min(cheat => cheat.Distances.Smallest))} | {found.Sum(cheat => cheat.Harmless)} |"));
        }

        return text.ToString();
    }

    /// <summary>The smallest distance of each cheat on each model; in brackets what is caught, where that is not all.</summary>
    public static string Smallest(Results results)
    {
        var names = Cheat.All.Select(cheat => cheat.Name).ToList();
        var text = new StringBuilder("| model | ").AppendJoin(" | ", names).AppendLine(" |").Append("| --- |");
        text.Append(string.Concat(Enumerable.Repeat(" ---: |", names.Count))).AppendLine();
        foreach (var model in results.Models)
        {
            text.Append("| ").Append(model.Name).Append(" | ").AppendJoin(" | ", names.Select(name => Cell(model.Of(name).Distances))).AppendLine(" |");
        }

        return text.ToString();
    }

    public static string Processors(Results results)
    {
        if (results.Emulated.Count == 0)
        {
            return "No emulator was to be had in the recorded run.\n";
        }

        var text = new StringBuilder("| kernels (emulated processor) | models | comparisons with this processor: same bits | largest share of the tolerance | with WebAssembly: same bits | largest share |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var group in results.Emulated.GroupBy(result => result.Processor))
        {
            var (native, web) = (group.Select(result => result.AgainstNative).ToList(), group.Select(result => result.AgainstWeb).ToList());
            text.AppendLine(Invariant($"| {group.Key} | {native.Count} | {native.Sum(s => s.Equal)} of {native.Sum(s => s.Count)} | {Share(native.Max(s => s.Largest))} | {web.Sum(s => s.Equal)} of {web.Sum(s => s.Count)} | {Share(web.Max(s => s.Largest))} |"));
        }

        return text.ToString();
    }

    private static string Cell(Spectrum distances) => distances.Count == 0
        ? "–"
        : Share(distances.Smallest) + (distances.Rejected == distances.Count ? "" : $" ({Percent(distances.Rejected, distances.Count)})");

    private static string Percent(long part, long whole)
    {
        if (part == 0 || part == whole)
        {
            return part == 0 ? "0 %" : "100 %";
        }

        var percent = 100.0 * part / whole;
        return percent is < 0.1 or > 99.9 ? (percent < 1 ? "< 0.1 %" : "> 99.9 %") : percent.ToString("0.0 '%'", CultureInfo.InvariantCulture);
    }

    private static string Share(double share) => share switch
    {
        double.PositiveInfinity => "∞",
        0 => "0",
        >= 1000 => share.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => share.ToString("0", CultureInfo.InvariantCulture),
        >= 1 => share.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.001 => share.ToString("0.###", CultureInfo.InvariantCulture),
        _ => Small(share),
    };

    private static string Small(double value) => value == 0 ? "0" : value.ToString("0.0e-0", CultureInfo.InvariantCulture);

    private static string Number(long count) => count switch
    {
        >= 1_000_000 => Invariant($"{count / 1e6:0.0} M"),
        >= 1000 => Invariant($"{count / 1e3:0} k"),
        _ => Invariant($"{count}"),
    };
}
