using Market.Benchmarks.Blocks;
using Market.Benchmarks.Digests;
using Market.Benchmarks.Execution;
using Market.Benchmarks.Index;
using Market.Benchmarks.Libp2p;
using Market.Benchmarks.Logs;
using Market.Benchmarks.Web;

// Measures what docs/performance.md reports, and prints it as tables. --quick only shows that it runs.
var quick = args.Contains("--quick");
int Number(int place, int usual) => args.Length > place ? int.Parse(args[place], System.Globalization.CultureInfo.InvariantCulture) : usual;
switch (args.FirstOrDefault())
{
    case "execution":
        await ExecutionBenchmark.RunAsync(quick);
        return 0;
    case "libp2p":
        await Libp2pBenchmark.RunAsync(quick);
        return 0;
    case "libp2p-peer":
        await Libp2pPeer.ServeAsync();
        return 0;
    case "digest":
        await DigestBenchmark.RunAsync(quick);
        return 0;
    case "logs":
        await LogsBenchmark.RunAsync(quick);
        return 0;
    case "blocks":
        await BlocksBenchmark.RunAsync(quick);
        return 0;
    case "index":
        // index [JOBS [PLACE]]
        await IndexBenchmark.RunAsync(quick ? 1_500 : Number(1, 30_000), args.ElementAtOrDefault(2));
        return 0;
    case "viewers":
        // viewers [VIEWERS [JOBS]]
        await ViewersBenchmark.RunAsync(quick ? 20 : Number(1, 500), quick ? 5 : Number(2, 30));
        return 0;
    case "paint":
        await PaintBenchmark.RunAsync(quick ? 1 : 9);
        return 0;
    case "trace":
        await TraceBenchmark.RunAsync();
        return 0;
    case "witness":
        await WitnessBenchmark.RunAsync();
        return 0;
    case "referee":
        await RefereeBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("usage: Market.Benchmarks execution | libp2p | digest | logs | blocks | index [JOBS [PLACE]] | viewers [VIEWERS [JOBS]] | paint | trace | witness | referee [--quick]");
        return 2;
}
