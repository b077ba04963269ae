using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Apps.Tests;

/// <summary>A folder for one test, and the steps of an app run for real in confined workers.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("market-apps-tests");

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public AppFile Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, bytes);
        return new AppFile(name, path);
    }

    public AppInput Input(params AppFile[] files) => new()
    {
        Files = files,
        Work = Directory.CreateDirectory(Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"))).FullName,
        Models = Checkout.At("node_modules"),
    };

    public static async Task<AppReport> RunAsync(string app, AppInput input)
    {
        var outputs = new List<IReadOnlyList<TensorMap?>>();
        for (var step = await App.Find(app)!.PrepareAsync(input, Stop); step is not null; step = await App.Find(app)!.ContinueAsync(input, outputs, Stop))
        {
            outputs.Add(await RunAsync(step));
        }

        return await App.Find(app)!.ReadAsync(input, outputs, Stop);
    }

    public async Task<string> RefusalAsync(string app, params AppFile[] files)
    {
        var refusal = await Assert.ThrowsAsync<AppException>(() => App.Find(app)!.PrepareAsync(Input(files), Stop));
        return refusal.Message;
    }

    public static async Task<IReadOnlyList<TensorMap?>> RunAsync(AppStep step, OptimizationLevel level = OptimizationLevel.None)
    {
        var options = new WorkerOptions { Workers = 1, Readable = [Path.GetDirectoryName(step.Model)!] };
        await using var pool = await WorkerPool.StartAsync(options, new WorkerModel(step.Model, new SessionSettings { Optimization = level }), Stop);
        var outputs = new List<TensorMap?>();
        foreach (var task in step.Tasks)
        {
            outputs.Add(await pool.RunAsync(task, Stop) is TaskOutcome.Completed completed ? completed.Outputs : null);
        }

        return outputs;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
