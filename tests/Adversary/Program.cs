using System.Diagnostics;
using System.Globalization;
using Market.Adversary;
using Market.Adversary.Behaviours;
using Market.Adversary.Reports;
using Market.Jobs.Peers;
using Market.Node.Devnets;

// Plays cheats against real nodes on a real chain, and writes what came of each into docs/adversary.md.
const string usage = "usage: Market.Adversary ROOT [--page] [--json] [--only NAME]…    ROOT is the folder of Market.sln";
if (args is not [var root, .. var options] || !File.Exists(Path.Combine(root, "Market.sln")) || !TryRead(options, out var chosen))
{
    Console.Error.WriteLine($"{usage}\nbehaviours: {string.Join(", ", Behaviour.All.Select(behaviour => behaviour.Name))}");
    return 2;
}

if (options.Contains("--page"))
{
    Page.Write(root, Results.Read(root));
    return 0;
}

var clock = Stopwatch.StartNew();
var folder = Directory.CreateTempSubdirectory("market-adversary-").FullName;
var modules = Path.Combine(root, "node_modules");
var results = new Results(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), []);
using var ended = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    ended.Cancel();
};
try
{
    IReadOnlyList<Behaviour> alone = [.. chosen.Where(behaviour => behaviour.Plot is null)];
    if (alone.Count > 0)
    {
        Record(await PlayAsync(alone));
    }

    // Disputes mostly wait.
    await Parallel.ForEachAsync(chosen.Except(alone), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ended.Token }, async (behaviour, stop) =>
        Record([await LabPlay.RunAsync(behaviour, Path.Combine(folder, behaviour.Name), modules, Tell, stop)]));
    Console.WriteLine(options.Contains("--json") ? results.ToJson() : string.Join('\n', Page.Parts(results).Values));
    results.Objections.ToList().ForEach(Console.Error.WriteLine);
    return results.Objections.Count == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

async Task<IReadOnlyList<Finding>> PlayAsync(IReadOnlyList<Behaviour> alone)
{
    Tell($"starts a chain for {alone.Count} behaviours");
    await using var devnet = await Devnet.StartAsync(new DevnetOptions { Folder = folder, Providers = Lab.Providers(alone), Verifiers = 1 }, ended.Token);
    await using var requester = await PeerNode.StartAsync(new PeerNodeOptions(devnet.Deployment, devnet.Requester.Key, devnet.Requester.Folder) { Log = Tell }, ended.Token);
    return await new Lab(devnet, requester, modules, Tell).RunAsync(alone, ended.Token);
}

// What was found stays if a later behaviour comes to no end.
void Record(IReadOnlyList<Finding> findings)
{
    lock (clock)
    {
        results = results.With(results with { Findings = findings });
        var recorded = Results.Read(root).With(results);
        recorded.Write(root);
        Page.Write(root, recorded);
    }
}

void Tell(string line) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,5:0.0} s  {line}"));

static bool TryRead(string[] options, out IReadOnlyList<Behaviour> chosen)
{
    var named = options.Zip(options.Skip(1)).Where(pair => pair.First == "--only").Select(pair => pair.Second).ToList();
    chosen = [.. Behaviour.All.Where(behaviour => named.Count == 0 || named.Contains(behaviour.Name))];
    return (named.Count == 0 || chosen.Count == named.Count)
        && options.Except(named).All(option => option is "--page" or "--json" or "--only")
        && options.Count(option => option == "--only") == named.Count;
}
