using Market.Onnx.Digests;
using Market.Onnx.Execution;
using static Market.Onnx.Tests.Execution.ModelFolder;

namespace Market.Onnx.Tests.Execution;

/// <summary>Workers on another processor than this machine's, where the emulator is installed.</summary>
public sealed class EmulatedProcessorTests : IDisposable
{
    private const string Emulator = "/usr/bin/qemu-x86_64-static";
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task A_worker_says_why_it_does_not_start_on_a_processor_that_does_not_exist()
    {
        Assert.SkipUnless(File.Exists(Emulator), "The Debian package qemu-user-static is not installed.");
        var options = _models.Options with { Emulated = new EmulatedProcessor(Emulator, "Abacus") };
        Assert.Contains("Abacus", (await Assert.ThrowsAsync<WorkerException>(() => WorkerPool.StartAsync(options, Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_runs_on_a_processor_without_AVX()
    {
        Assert.SkipUnless(File.Exists(Emulator), "The Debian package qemu-user-static is not installed.");
        var options = _models.Options with { Emulated = new EmulatedProcessor(Emulator, "Nehalem") };
        await using var pool = await WorkerPool.StartAsync(options, _models.Write(TinyModel.Double()), Cancel);
        var outcome = Assert.IsType<TaskOutcome.Completed>(await pool.RunAsync(Inputs(("x", Floats([2], 3, -1))), Cancel));
        Assert.Equal(TensorDigest.Of(Floats([2], 6, -2)), TensorDigest.Of(Assert.Single(outcome.Outputs).Value));
    }
}
