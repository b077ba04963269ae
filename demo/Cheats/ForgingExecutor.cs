using Market.Jobs.Execution;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Demo.Cheats;

/// <summary>Executes, and delivers something else.</summary>
internal sealed class ForgingExecutor(IExecutor executor, Func<int, TensorMap, TensorMap> forge) : IExecutor
{
    public DeterminismClassId Class => executor.Class;

    public int Parallel => executor.Parallel;

    public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken) =>
        await executor.RunAsync(task, inputs, cancellationToken).ConfigureAwait(false) switch
        {
            TaskOutcome.Completed completed => completed with { Outputs = forge(task, completed.Outputs) },
            var other => other,
        };

    public ValueTask DisposeAsync() => executor.DisposeAsync();
}
