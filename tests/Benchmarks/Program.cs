using Market.Benchmarks.Execution;

// Measures what docs/performance.md reports. usage: Market.Benchmarks execution|trace|referee
switch (args)
{
    case ["execution"]:
        await ExecutionBenchmark.RunAsync();
        return 0;
    case ["trace"]:
        await TraceBenchmark.RunAsync();
        return 0;
    case ["referee"]:
        await RefereeBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("usage: Market.Benchmarks execution|trace|referee");
        return 2;
}
