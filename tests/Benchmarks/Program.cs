using Market.Benchmarks.Blocks;
using Market.Benchmarks.Digests;
using Market.Benchmarks.Execution;
using Market.Benchmarks.Index;
using Market.Benchmarks.Libp2p;
using Market.Benchmarks.Logs;

// Measures what docs/performance.md reports, and prints it as tables. --quick only shows that it runs.
var quick = args.Contains("--quick");
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
        // index [EVENTS [postgres://…]]
        await IndexBenchmark.RunAsync(quick ? 20_000 : args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 400_000, args.ElementAtOrDefault(2));
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
        Console.Error.WriteLine("usage: Market.Benchmarks execution | libp2p | digest | logs | blocks | index [EVENTS [postgres://…]] | trace | witness | referee [--quick]");
        return 2;
}
