using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Spread.Measuring;

/// <summary>Runs models in confined workers, one pool for each machine, and keeps the pools.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("market-spread");
    private readonly Dictionary<Machine, WorkerPool> _pools = [];
    private int _models;

    /// <summary>Puts a model where workers can read it.</summary>
    public string Place(byte[] model)
    {
        var path = Path.Combine(_folder.FullName, $"{_models++}.onnx");
        File.WriteAllBytes(path, model);
        return path;
    }

    /// <summary>The outputs of every input, in order.</summary>
    /// <exception cref="WorkerException">The model does not load, or a task has no outputs.</exception>
    public async Task<IReadOnlyList<TensorMap>> RunAsync(string model, Configuration configuration, IEnumerable<TensorMap> inputs)
    {
        if (!_pools.TryGetValue(configuration.Machine, out var pool))
        {
            _pools[configuration.Machine] = pool = await WorkerPool.StartAsync(configuration.Machine.Options(_folder.FullName));
        }

        await pool.LoadAsync(new WorkerModel(model, configuration.Settings));
        var outcomes = await Task.WhenAll(inputs.Select(input => pool.RunAsync(input)));
        return [.. outcomes.Select(outcome => outcome is TaskOutcome.Completed(var outputs, _)
            ? outputs
            : throw new WorkerException($"{configuration}: a task has no outputs: {outcome}"))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            await pool.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
