using Market.Benchmarks.Execution;

// Measures what docs/performance.md reports. usage: Market.Benchmarks execution
switch (args)
{
    case ["execution"]:
        await ExecutionBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("usage: Market.Benchmarks execution");
        return 2;
}
