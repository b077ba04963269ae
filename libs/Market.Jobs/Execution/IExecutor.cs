using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Jobs.Execution;

/// <summary>Runs the tasks of one job. Thread-safe.</summary>
public interface IExecutor : IAsyncDisposable
{
    /// <summary>The determinism class in which it runs.</summary>
    DeterminismClassId Class { get; }

    /// <summary>How many tasks it runs at a time.</summary>
    int Parallel { get; }

    /// <summary>Runs one task.</summary>
    Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken);
}
