using System.Diagnostics;
using Market.Protocol.Bundles;
using Market.Spread.Measuring;
using Market.Spread.Models;
using Market.Spread.Reports;
using static System.FormattableString;

// Measures how far honest executions of many models lie apart, and how far cheats lie from them.
const string usage = "usage: Market.Spread ROOT [--page] [--quick] [--renew] [MODEL…]    ROOT is the folder of Market.sln";
if (args is not [var root, .. var options] || !File.Exists(Path.Combine(root, "Market.sln")) || options.Any(option => option.StartsWith('-') && option is not ("--page" or "--quick" or "--renew")))
{
    Console.Error.WriteLine(usage);
    return 2;
}

if (options.Contains("--page"))
{
    Report.Of(Results.Read(root)).Write(root);
    return 0;
}

var modules = Path.Combine(root, "node_modules");
var named = options.Where(option => !option.StartsWith('-')).ToList();
var subjects = Catalog.All(modules).Where(subject => named.Count == 0 || named.Contains(subject.Name)).ToList();
if (subjects.Count < named.Count)
{
    Console.Error.WriteLine($"No model {string.Join(", ", named.Except(subjects.Select(subject => subject.Name)))}; there are: {string.Join(", ", Catalog.All(modules).Select(subject => subject.Name))}.");
    return 2;
}

var isQuick = options.Contains("--quick");
var web = Machine.WebAssembly(modules);
Configuration[] configurations = [.. Configuration.Of(Machine.Native), .. Configuration.Of(web)];
await using var bench = new Bench();
var survey = isQuick ? new Survey(bench, samples: 2, checks: 2) : new Survey(bench, samples: 12, checks: 12);
var measured = new List<ModelResult>();
var emulated = new List<EmulatedResult>();
foreach (var subject in subjects)
{
    var clock = Stopwatch.StartNew();
    measured.Add(await survey.OfAsync(subject, configurations));
    var (result, half) = (measured[^1], measured[^1].Of(Cheat.HalfWeights).Distances);
    Console.WriteLine(Invariant($"{subject.Name}: {result.Honest.Count} comparisons, {result.Honest.Rejected} rejected, {result.Honest.Largest:G3} of the tolerance ({result.Tolerance?.ToString() ?? "equal bits"}); fp16 {half.Rejected} of {half.Count} caught from {half.Smallest:G3} on; {clock.Elapsed.TotalSeconds:0} s"));
}

var results = new Results(Description.OfThisMachine(), measured, emulated);
Keep();
foreach (var processor in isQuick || options.Contains("--renew") ? [] : Machine.OtherProcessors())
{
    var few = new Survey(bench, samples: 0, checks: 3);
    foreach (var subject in subjects.Where(subject => Catalog.Small.Contains(subject.Name)))
    {
        var clock = Stopwatch.StartNew();
        emulated.Add(await few.OfAsync(subject, processor, web, measured.First(model => model.Name == subject.Name).Tolerance ?? Tolerance.Exact));
        Console.WriteLine(Invariant($"{subject.Name} on {processor.Name}: {emulated[^1].AgainstNative.Largest:G3} of the tolerance; {clock.Elapsed.TotalSeconds:0} s"));
    }
}

Keep();
if (options.Contains("--renew"))
{
    results = Results.Read(root).With(measured);
    results.Write(root);
    Report.Of(results).Write(root);
}

results.Objections.ToList().ForEach(Console.Error.WriteLine);
return results.Objections.Count == 0 ? 0 : 1;

// A run of everything is recorded; what is emulated takes longest and is added at the end.
void Keep()
{
    if (named.Count == 0 && !isQuick)
    {
        results.Write(root);
        Report.Of(results).Write(root);
    }
}
