using Market.Pages;
using Market.Spread.Measuring;

namespace Market.Spread.Reports;

/// <summary>Honest against cheating distance: which share of comparisons lies farther apart than so many tolerances.</summary>
internal static class DistancePicture
{
    private const int From = -60, To = 60; // in tenths of a power of ten

    public static string Of(Results results) => new Chart(
        "How far apart results lie: honest ones, and cheats from honest ones",
        new Axis("distance, as a share of the tolerance", Place(From), Place(To), [.. Enumerable.Range(-3, 7).Select(n => (Math.Pow(100, n), Label(2 * n)))], Logarithmic: true),
        new Axis("share of comparisons that lie farther apart", 0, 1.001, [(0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1, "100 %")]),
        [
            Curve("honest, all pairs", Tolerant(results).Select(model => model.Honest)),
            Curve("fp16 weights", results, "fp16 weights"),
            Curve("bf16 or int8 weights", results, "bf16 weights", "int8 weights"),
            Curve("one tensor ×1.01", results, "one tensor ×1.01"),
            Curve("one weight ×1.5", results, "one weight ×1.5"),
            Curve("skipped layer, other input's answer", results, "skipped layer", "another input's answer"),
            Curve("noise of 10⁻³", results, "noise 10⁻³"),
            Curve("noise of 10⁻⁵", results, "noise 10⁻⁵"),
            new Curve("the tolerance: beyond it, rejected", [(1, 0), (1, 1)], Dashed: true),
        ]).ToSvg();

    private static Curve Curve(string label, Results results, params string[] cheats) =>
        Curve(label, Tolerant(results).SelectMany(model => cheats.Select(cheat => model.Of(cheat).Distances)));

    private static IEnumerable<ModelResult> Tolerant(Results results) => results.Models.Where(model => model.Tolerance is not null);

    // Each model counts as much as any other, however many comparisons there are of it.
    private static Curve Curve(string label, IEnumerable<Spectrum> spectra)
    {
        var all = spectra.Where(spectrum => spectrum.Count > 0).ToList();
        return new Curve(label, [.. Enumerable.Range(From, To - From + 1).Select(tenth => (Place(tenth), all.Average(spectrum => Beyond(spectrum, tenth))))]);
    }

    private static double Beyond(Spectrum spectrum, int tenth) =>
        (double)(spectrum.Mismatched + spectrum.Tenths.Where(bin => bin.Key >= tenth).Sum(bin => bin.Value)) / spectrum.Count;

    private static double Place(int tenth) => Math.Pow(10, tenth / 10.0);

    private static string Label(int power) => power == 0 ? "1" : "10" + string.Concat($"{power}".Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
