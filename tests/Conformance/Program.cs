using Market.Conformance;
using Market.Onnx.Execution;

// Runs every model of the ONNX backend tests through reader, worker and digest.
// usage: Market.Conformance FOLDER_OF_TESTS REPORT_FILE
if (args is not [var folder, var report] || !Directory.Exists(folder))
{
    Console.Error.WriteLine("usage: Market.Conformance FOLDER_OF_TESTS REPORT_FILE");
    return 2;
}

var tests = TestCase.All(Path.GetFullPath(folder));
var verdicts = new Verdict[tests.Count];
var next = -1;
var options = new WorkerOptions { Workers = 1, MemoryBytes = 2L << 30, WallTime = TimeSpan.FromSeconds(30), Readable = [Path.GetFullPath(folder)] };
await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(async _ =>
{
    await using var pool = await WorkerPool.StartAsync(options);
    for (int i; (i = Interlocked.Increment(ref next)) < tests.Count;)
    {
        verdicts[i] = await TestRun.JudgeAsync(pool, tests[i]);
    }
}));

await File.WriteAllTextAsync(report, Report.Write(tests, verdicts));
foreach (var kind in Enum.GetValues<VerdictKind>())
{
    Console.WriteLine($"{kind}: {verdicts.Count(verdict => verdict.Kind == kind)}");
}

var unexplained = tests.Zip(verdicts).Where(pair => pair.Second.Kind == VerdictKind.Crashed
    || (pair.Second.Kind == VerdictKind.Failed && KnownDeviations.Reason(pair.First.Name) is null)).ToList();
unexplained.ForEach(pair => Console.Error.WriteLine($"{pair.Second.Kind}: {pair.First.Name}: {pair.Second.Reason}"));
return unexplained.Count == 0 ? 0 : 1;
