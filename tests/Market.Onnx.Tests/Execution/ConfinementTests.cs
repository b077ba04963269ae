using System.Diagnostics;
using System.Text.Json.Nodes;
using Market.Onnx.Execution;

namespace Market.Onnx.Tests.Execution;

public sealed class ConfinementTests
{
    private const long MiB = 1L << 20;

    private static readonly WorkerOptions Options = new() { MemoryBytes = 512 * MiB, TempBytes = 3 * MiB };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limits_hold_inside_a_worker()
    {
        var inside = (await WorkerProbe.RunAsync(Options, Cancel))["inside"]!;
        Assert.True((bool?)inside["noNewPrivileges"]);
        Assert.Equal($"{512 * MiB}", (string?)inside["max data size"]);
        Assert.Equal($"{3 * MiB}", (string?)inside["max file size"]);
        Assert.Equal("256", (string?)inside["max open files"]);
        Assert.Equal("0", (string?)inside["max core file size"]);
    }

    [Fact]
    public async Task Nothing_of_this_process_reaches_the_environment_of_a_worker()
    {
        Environment.SetEnvironmentVariable("MARKET_TEST_SECRET", "secret");
        var inside = (await WorkerProbe.RunAsync(Options, Cancel))["inside"]!;
        Assert.DoesNotContain("MARKET_TEST_SECRET", Strings(inside["environment"]));
    }

    [Fact]
    public async Task A_worker_in_namespaces_has_no_network_no_rights_no_neighbours_and_little_disk()
    {
        var report = await WorkerProbe.RunAsync(Options, Cancel);
        Assert.SkipWhen((string?)report["namespaces"] == "None", "This machine allows no namespaces.");
        var inside = report["inside"]!;
        Assert.Equal("NetworkUnreachable", (string?)inside["network"]);
        Assert.Empty(Strings(inside["interfaces"]));
        Assert.Equal("0000000000000000", (string?)inside["capabilities"]);
        Assert.Equal(["1"], Strings(inside["processes"]));
        Assert.InRange((long?)inside["temporaryBytes"] ?? 0, 2 * MiB, 3 * MiB);
        foreach (var hidden in new[] { "/home", "/root", "/var", "/run", "/mnt" })
        {
            Assert.DoesNotContain(hidden, Strings(inside["root"]));
        }
    }

    [Fact]
    public async Task A_model_outside_the_readable_folders_is_not_there_for_a_worker()
    {
        Assert.SkipWhen(await WorkerLauncher.NamespacesAsync() == NamespaceKind.None, "This machine allows no namespaces.");
        using var models = new ModelFolder();
        using var others = new ModelFolder();
        var hidden = others.Write(TinyModel.Double());
        await Assert.ThrowsAsync<WorkerException>(() => WorkerPool.StartAsync(models.Options, hidden, Cancel));
    }

    [Fact]
    public async Task Workers_run_without_namespaces_too()
    {
        using var models = new ModelFolder();
        var model = models.Write(TinyModel.Count());
        await using var worker = await WorkerProcess.StartAsync(models.Options, NamespaceKind.None, Cancel);
        await worker.LoadAsync(model, Cancel);
        var died = await Assert.ThrowsAsync<WorkerDiedException>(async () =>
        {
            var endless = worker.RunAsync(ModelFolder.Counting(long.MaxValue), Cancel);
            worker.Kill();
            await endless;
        });
        Assert.Null(died.Exceeded);
        Assert.True(worker.Broken);
    }

    [Fact]
    public async Task No_worker_outlives_a_parent_that_is_killed()
    {
        using var models = new ModelFolder();
        using var parent = new Process();
        parent.StartInfo = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Market.Onnx.PoolHost"))
        {
            ArgumentList = { models.Write(TinyModel.Count()).Path },
            RedirectStandardOutput = true,
        };
        Assert.True(parent.Start());
        var line = await parent.StandardOutput.ReadLineAsync(Cancel);
        var workers = line!.Split(' ');
        Assert.Equal(2, workers.Length);
        Assert.All(workers, worker => Assert.True(IsWorker(worker)));

        parent.Kill(entireProcessTree: false);
        await parent.WaitForExitAsync(Cancel);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var clock = Stopwatch.StartNew();
        while (workers.Any(IsWorker))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"Workers {line} still live 5 s after their parent's death.");
            await tick.WaitForNextTickAsync(Cancel);
        }
    }

    // An empty command line is that of a dead process not yet reaped.
    private static bool IsWorker(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Contains("market-onnx-worker", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Strings(JsonNode? list) => list!.AsArray().Select(item => (string)item!);
}
