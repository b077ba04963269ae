using System.Diagnostics;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using static Market.Onnx.Tests.Execution.ModelFolder;

namespace Market.Onnx.Tests.Execution;

public sealed class WorkerPoolTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Refuses_options_beyond_their_range() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => WorkerPool.StartAsync(_models.Options with { Workers = 0 }, Cancel));

    [Fact]
    public async Task Says_why_a_model_does_not_load()
    {
        var unknown = _models.Write(TinyModel.Unknown());
        var refusal = await Assert.ThrowsAsync<WorkerException>(() => WorkerPool.StartAsync(_models.Options, unknown, Cancel));
        Assert.Contains("Conjure", refusal.Message, StringComparison.Ordinal);

        var truncated = _models.Write(File.ReadAllBytes(Recognition)[..100_000]);
        refusal = await Assert.ThrowsAsync<WorkerException>(() => WorkerPool.StartAsync(_models.Options, truncated, Cancel));
        Assert.Contains(truncated.Path, refusal.Message, StringComparison.Ordinal);

        var absent = new WorkerModel("/tmp/absent.onnx");
        await Assert.ThrowsAsync<WorkerException>(() => WorkerPool.StartAsync(_models.Options, absent, Cancel));
    }

    [Fact]
    public async Task A_pool_that_could_not_load_a_model_loads_the_next()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, Cancel);
        await Assert.ThrowsAsync<WorkerException>(() => pool.LoadAsync(_models.Write(TinyModel.Unknown()), Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.RunAsync(Inputs(("x", Floats([1], 1))), Cancel));
        await pool.LoadAsync(_models.Write(TinyModel.Double()), Cancel);
        await AssertDoubles(pool);
    }

    [Fact]
    public async Task Inputs_that_are_not_the_models_fail_canonically()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Double()), Cancel);
        foreach (var inputs in new[]
        {
            Inputs(),
            Inputs(("z", Floats([1], 1))),
            Inputs(("x", Floats([1], 1)), ("z", Floats([1], 1))),
            Inputs(("x", Floats([1], 1)), ("x", Floats([1], 1))),
            Inputs(("x", Integers([1], 1))),
            Inputs(("x", Floats([1, 1], 1))),
            Inputs(("x", new Tensor(ElementType.Float, [2], new byte[4]))),
        })
        {
            var failed = Assert.IsType<TaskOutcome.Failed>(await pool.RunAsync(inputs, Cancel));
            Assert.Equal(FailureCode.InvalidInput, failed.Code);
        }

        await AssertDoubles(pool);
    }

    [Fact]
    public async Task A_model_that_fails_is_a_result_and_the_worker_lives_on()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Reshape()), Cancel);
        var before = pool.ProcessIds;
        var failed = Assert.IsType<TaskOutcome.Failed>(
            await pool.RunAsync(Inputs(("x", Floats([6], 1, 2, 3, 4, 5, 6)), ("shape", Integers([2], 4, 4))), Cancel));
        Assert.Equal(FailureCode.ModelFailed, failed.Code);

        var completed = Assert.IsType<TaskOutcome.Completed>(
            await pool.RunAsync(Inputs(("x", Floats([6], 1, 2, 3, 4, 5, 6)), ("shape", Integers([2], 2, 3))), Cancel));
        Assert.Equal([2, 3], completed.Outputs[0].Value.Dims);
        Assert.Equal(before, pool.ProcessIds);
    }

    [Fact]
    public async Task An_output_that_is_no_tensor_fails_canonically()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Sequence()), Cancel);
        var failed = Assert.IsType<TaskOutcome.Failed>(await pool.RunAsync(Inputs(("x", Floats([1], 1))), Cancel));
        Assert.Equal(FailureCode.UnsupportedOutput, failed.Code);
    }

    [Fact]
    public async Task An_endless_model_ends_at_the_wall_time()
    {
        var options = _models.Options with { WallTime = TimeSpan.FromMilliseconds(300) };
        await using var pool = await WorkerPool.StartAsync(options, _models.Write(TinyModel.Count()), Cancel);
        var exceeded = Assert.IsType<TaskOutcome.Exceeded>(await pool.RunAsync(Counting(long.MaxValue), Cancel));
        Assert.Equal((WorkerLimit.WallTime, 300), (exceeded.Limit, exceeded.Allowed));
        Assert.InRange(exceeded.Found, 300, 5_000);
        await AssertCounts(pool);
    }

    [Fact]
    public async Task An_endless_model_ends_at_the_processor_time()
    {
        var options = _models.Options with { CpuTime = TimeSpan.FromMilliseconds(200) };
        await using var pool = await WorkerPool.StartAsync(options, _models.Write(TinyModel.Count()), Cancel);
        var exceeded = Assert.IsType<TaskOutcome.Exceeded>(await pool.RunAsync(Counting(long.MaxValue), Cancel));
        Assert.Equal((WorkerLimit.CpuTime, 200), (exceeded.Limit, exceeded.Allowed));
        await AssertCounts(pool);
    }

    [Fact]
    public async Task A_model_that_wants_too_much_memory_exceeds_and_the_pool_goes_on()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.SumOfZeros()), Cancel);
        var exceeded = Assert.IsType<TaskOutcome.Exceeded>(await pool.RunAsync(Inputs(("shape", Integers([1], 400L << 20))), Cancel));
        Assert.Equal((WorkerLimit.Memory, 1L << 30), (exceeded.Limit, exceeded.Allowed));
        Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(Inputs(("shape", Integers([1], 1L << 20))), Cancel));
    }

    [Fact]
    public async Task Outputs_beyond_their_bound_exceed()
    {
        var options = _models.Options with { OutputBytes = 4000 };
        await using var pool = await WorkerPool.StartAsync(options, _models.Write(TinyModel.Zeros()), Cancel);
        var exceeded = Assert.IsType<TaskOutcome.Exceeded>(await pool.RunAsync(Inputs(("shape", Integers([1], 1001))), Cancel));
        Assert.Equal((WorkerLimit.OutputBytes, 4004L, 4000L), (exceeded.Limit, exceeded.Found, exceeded.Allowed));
        Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(Inputs(("shape", Integers([1], 1000))), Cancel));
    }

    [Fact]
    public async Task A_worker_killed_in_the_middle_of_a_task_is_replaced_and_the_task_run_again()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Count()), Cancel);
        var worker = Assert.Single(pool.ProcessIds);
        var task = pool.RunAsync(Counting(3_000_000), Cancel);
        await BusyAsync(worker);
        Process.GetProcessById(worker).Kill();
        Assert.Equal(3_000_000f, First(await task));
        Assert.NotEqual(worker, Assert.Single(pool.ProcessIds));
    }

    [Fact]
    public async Task Cancelling_kills_the_worker_at_once_and_the_pool_goes_on()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Count()), Cancel);
        var worker = Assert.Single(pool.ProcessIds);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var task = pool.RunAsync(Counting(long.MaxValue), stop.Token);
        await BusyAsync(worker);
        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 2_000);
        await AssertCounts(pool);
        Assert.False(Directory.Exists($"/proc/{worker}"));
    }

    [Fact]
    public async Task Disposing_ends_running_tasks_and_leaves_no_process_and_no_cgroup()
    {
        var pool = await WorkerPool.StartAsync(_models.Options with { Workers = 2 }, _models.Write(TinyModel.Count()), Cancel);
        var workers = pool.ProcessIds;
        var task = pool.RunAsync(Counting(long.MaxValue), Cancel);
        await BusyAsync(workers[0], workers[1]);
        await pool.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.RunAsync(Counting(1), Cancel));
        Assert.All(workers, worker => Assert.False(Directory.Exists($"/proc/{worker}")));
    }

    [Fact]
    public async Task Results_of_many_tasks_are_those_of_the_runtime_itself_bit_for_bit()
    {
        var model = new WorkerModel(Recognition);
        await using var pool = await WorkerPool.StartAsync(_models.Options with { Workers = 2 }, model, Cancel);
        using var direct = new DirectSession(model);
        var lines = Enumerable.Range(0, 500).Select(seed => Line(seed, 16 + seed % 3 * 8)).ToArray();
        var outcomes = await Task.WhenAll(lines.Select(line => pool.RunAsync(Inputs(("x", line)), Cancel)));
        for (var i = 0; i < lines.Length; i++)
        {
            var output = Assert.Single(Assert.IsType<TaskOutcome.Completed>(outcomes[i]).Outputs).Value;
            var expected = direct.Run(lines[i]);
            Assert.Equal(expected.Dims, output.Dims);
            Assert.True(expected.Data.Span.SequenceEqual(output.Data.Span), $"Task {i} differs.");
        }
    }

    [Fact]
    public async Task Other_settings_give_other_bits_within_tolerance()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, new WorkerModel(Recognition), Cancel);
        var line = Line(7, 320);
        var plain = Values(await pool.RunAsync(Inputs(("x", line)), Cancel));
        await pool.LoadAsync(new WorkerModel(Recognition, new SessionSettings { Optimization = OptimizationLevel.All }), Cancel);
        var optimized = Values(await pool.RunAsync(Inputs(("x", line)), Cancel));

        Assert.NotEqual(plain, optimized);
        var distance = Math.Sqrt(plain.Zip(optimized, (a, b) => Math.Pow(a - b, 2)).Sum() / plain.Sum(a => Math.Pow(a, 2)));
        Assert.InRange(distance, double.Epsilon, 2e-5);
    }

    [Fact]
    public async Task Large_tensors_pass_both_ways()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Options, _models.Write(TinyModel.Double()), Cancel);
        var values = new float[8 << 20];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan(0, 1 << 20)));
        var doubled = Values(await pool.RunAsync(Inputs(("x", Floats([values.Length], values))), Cancel));
        Assert.Equal(values.Select(value => value + value), doubled);
    }

    private static async Task AssertCounts(WorkerPool pool) => Assert.Equal(10f, First(await pool.RunAsync(Counting(10), Cancel)));

    private static async Task AssertDoubles(WorkerPool pool) =>
        Assert.Equal(new float[] { 6, -2 }, Values(await pool.RunAsync(Inputs(("x", Floats([2], 3, -1))), Cancel)));

    private static float First(TaskOutcome outcome) => Values(outcome)[0];

    private static float[] Values(TaskOutcome outcome)
    {
        var output = Assert.Single(Assert.IsType<TaskOutcome.Completed>(outcome).Outputs).Value;
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(output.Data.Span).ToArray();
    }

    // A worker is in its task once the kernel has charged it some processor time more.
    private static async Task BusyAsync(params int[] workers)
    {
        var before = workers.Select(Ticks).ToArray();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (workers.Zip(before, (worker, ticks) => Ticks(worker) - ticks).Sum() < 5)
        {
            await tick.WaitForNextTickAsync(Cancel);
        }
    }

    private static long Ticks(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture);
    }
}
